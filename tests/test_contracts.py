"""The contract on imports: what is listed passes, whatever is not is named."""

from grimp import ImportGraph
from importlinter import ContractCheck

from tests.contracts import MayImport


def contract(*, ours: tuple[str, ...] = (), outside: tuple[str, ...] = ()) -> MayImport:
    return MayImport("rules", {}, {"package": "dunning", "ours": list(ours), "outside": list(outside)})


def importing(*imported: str) -> ImportGraph:
    """A graph in which one module of `dunning` imports each of these; `activities` is ours, the rest is not."""
    graph = ImportGraph()
    graph.add_module("dunning")
    graph.add_module("dunning.money")
    graph.add_module("activities")
    for name in imported:
        if name not in graph.modules:
            graph.add_module(name, is_squashed=True)
        graph.add_import(importer="dunning.money", imported=name)
    return graph


def strays(check: ContractCheck) -> list[str]:
    return [imported for _, imported in check.metadata["strays"]]


def test_the_standard_library_the_package_itself_and_what_is_listed_may_be_imported() -> None:
    graph = importing("decimal", "dunning", "activities", "babel")
    assert contract(ours=("activities",), outside=("babel",)).check(graph, verbose=False).kept


def test_a_package_that_is_not_listed_is_a_stray_whether_ours_or_not() -> None:
    check = contract(outside=("babel",)).check(importing("activities", "babel", "requests"), verbose=False)
    assert not check.kept
    assert strays(check) == ["activities", "requests"]


def test_anything_outside_frees_third_parties_but_not_our_own_nor_the_tests() -> None:
    check = contract(outside=("anything",)).check(importing("activities", "requests", "tests"), verbose=False)
    assert strays(check) == ["activities", "tests"]
