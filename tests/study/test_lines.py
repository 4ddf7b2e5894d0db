import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papilio.study.lines import line_of, lines_of_keys

TEXT = '''\
# a remark = 1
top = 1
[a]                       # [not.a.table]
plain = "x = 2"
"quoted key" = 'y'
dotted.key."with dot.s" = true
text = """
[b]
fake = 1
"""
list = [
  1, # one
  [2,
   3],
  { inner = "}", other = [
     9 ] },
]
table = { x = 1, y = { z = 2 } }
[a.sub]
k = 2020-01-01T00:00:00Z
[[many]]
name = 'one'
[many.sub]
deep = 1
[[many]]
name = "two"
[[many.nested]]
leaf = 1
[[many.nested]]
leaf = 2
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("a",), 3),
        (("a", "plain"), 4),
        (("a", "quoted key"), 5),
        (("a", "dotted", "key", "with dot.s"), 6),
        (("a", "text"), 7),
        (("a", "list"), 11),
        (("a", "list", 0), 12),
        (("a", "list", 1), 13),
        (("a", "list", 1, 1), 14),
        (("a", "list", 2, "inner"), 15),
        (("a", "list", 2, "other", 0), 16),
        (("a", "table", "y", "z"), 18),
        (("a", "sub", "k"), 20),
        (("many", 0, "name"), 22),
        (("many", 0, "sub", "deep"), 24),
        (("many", 1), 25),
        (("many", 1, "name"), 26),
        (("many", 1, "nested", 0, "leaf"), 28),
        (("many", 1, "nested", 1, "leaf"), 30),
    ],
)
def test_each_key_has_its_line(path, line):
    assert lines_of_keys(TEXT)[path] == line


def test_missing_key_has_the_line_of_its_table():
    assert line_of(lines_of_keys(TEXT), ("a", "sub", "absent", "deeper")) == 19


def paths(value, path=()):
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from paths(item, (*path, number))


def test_every_key_that_tomllib_finds_has_a_line():
    assert set(paths(tomllib.loads(TEXT))) - {()} == set(lines_of_keys(TEXT))


@given(st.text(alphabet="ab=[]{}\"'\\\n#., 1-", max_size=60))
def test_scanner_finds_what_tomllib_finds(text):
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(paths(table)) - {()} == set(lines_of_keys(text))


def test_windows_line_ends_count_once():
    assert lines_of_keys("a = 1\r\nb = '''\r\nx'''\r\nc = 2\r\n") == {
        ("a",): 1,
        ("b",): 2,
        ("c",): 4,
    }
