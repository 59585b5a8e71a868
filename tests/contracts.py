"""The import-linter contract that says which packages a package of ours may import, and so forbids all others."""

import sys
from typing import Final

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ANYTHING: Final = "anything"
NEVER: Final = frozenset({"tests", "bench"})


class MayImport(Contract):
    """Direct imports of `package` go to the standard library, `ours` and `outside` only.

    `outside = ["anything"]` leaves third-party packages free; tests and benchmarks stay out of the product even then.
    An allow-list, because a list of forbidden packages forgets the next one.
    """

    type_name = "may_import"

    package = fields.StringField()
    ours = fields.SetField(subfield=fields.StringField())
    outside = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 - the linter's signature
        """Compare every import of the package and its descendants with the lists."""
        package = str(self.package)
        strays = sorted(
            (importer, imported)
            for importer in {package, *graph.find_descendants(package)}
            for imported in graph.find_modules_directly_imported_by(importer)
            if not self._allows(imported, graph)
        )
        return ContractCheck(kept=not strays, metadata={"strays": strays})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each stray import, and what would have been allowed."""
        for importer, imported in check.metadata["strays"]:
            output.print_error(f"- {importer} imports {imported}", bold=False)
        allowed = ", ".join(sorted({*self._named("ours"), *self._named("outside")})) or "nothing else"
        output.print_error(f"  {self.package} may import the standard library and: {allowed}", bold=False)

    def _allows(self, imported: str, graph: ImportGraph) -> bool:
        root = imported.partition(".")[0]
        if root in NEVER:
            return False
        if root in {str(self.package), *self._named("ours")} | sys.stdlib_module_names:
            return True
        is_ours = not graph.is_module_squashed(imported)
        return not is_ours and bool({root, ANYTHING} & self._named("outside"))

    def _named(self, field: str) -> frozenset[str]:
        return frozenset(getattr(self, field))
