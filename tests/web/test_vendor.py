"""The browser files of others are the ones that were fetched and checked."""

from kessos_case.web import vendor


def test_the_vendored_files_are_the_locked_ones():
    assert vendor.problems() == []


def test_every_vendored_package_keeps_its_licence():
    for spec in vendor.WANTED:
        assert any("LICENSE" in path.name for path in (vendor.FOLDER / vendor.folder_of(spec)).iterdir())
