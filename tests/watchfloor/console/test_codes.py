"""A centre's table of offences is read as it stands, or told line by line what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from watchfloor.console.codes import OffenceCode, load_codes


def test_a_table_gives_each_kind_its_code_and_authority(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text('\ufeffkind,code,title,authority\nlitter,434-2,"Засорение, общественные места",полиция\n',
                    encoding="utf-8")
    assert load_codes(file) == {"litter": OffenceCode(
        code="434-2", title="Засорение, общественные места", authority="полиция")}


@pytest.mark.parametrize(("text", "told"), [
    ("", "line 1"), ("kind,code\nlitter,434\n", "line 1 = kind,code; expected kind,code,title,authority"),
    ("kind,code,title,authority\nlitter,434\n", "line 2"), ("kind,code,title,authority\nlitter,1,2,3,4\n", "line 2"),
    ("kind,code,title,authority\nlitter,1,a,b\nlitter,2,a,b\n", "line 3 = litter; expected each kind once"),
    (f"kind,code,title,authority\nlitter,1,{'a' * 201},b\n", "each of 1 to 200 letters"),
])
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "codes.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        load_codes(file)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "codes.csv").write_bytes(b"\xff\xfe\x00")
    for name in ("codes.csv", "none.csv"):
        with pytest.raises(InputError, match="expected a CSV file in UTF-8"):
            load_codes(tmp_path / name)
