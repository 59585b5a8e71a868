"""What we say to debtors: templates in every shipped language, and the composer that fills them in."""
