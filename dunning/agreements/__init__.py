"""What debtor and creditor agree: promises and instalment plans, kept or broken (A1 to A3)."""
