"""What a change would make up is told apart from what the crate determines: traps beside their twins."""

import pytest

from engine.brain.invention import Witness
from engine.brain.moves.move import Site
from engine.brain.search import SearchBrain
from engine.schema.patch import Edit

MATCH = """pub enum Role {{ Guest, Member, Owner, Auditor }}
/// What a role may do.
pub fn {head} {{
    match role {{
        Role::Guest => {guest},
        Role::Member => {member},
        Role::Owner => {owner},
    }}
}}
"""
RIGHTS = MATCH.format(head="may_delete(role: Role) -> bool", guest="false", member="false", owner="true")
LIMITS = MATCH.format(head="limit(role: Role) -> i64", guest="-1", member="20", owner="500")
NAMES = MATCH.format(head="name(role: Role) -> &'static str", guest='"guest"', member='"member"', owner='"owner"')
ALIKE = MATCH.format(head="fee(role: Role) -> u32", guest="5", member="5", owner="5")
TEST = "#[cfg(test)]\nmod tests {{\n    use super::*;\n    #[test]\n    fn it() {{\n        {claim}\n    }}\n}}\n"

TOLL = """pub trait Toll {{
    /// {doc}
    fn due(&self) -> {kind};
}}
pub struct Car;
pub struct Bus;
pub struct Van;
impl Toll for Car {{ fn due(&self) -> {kind} {{ {car} }} }}
impl Toll for Bus {{ fn due(&self) -> {kind} {{ {bus} }} }}
impl Toll for Van {{
}}
"""
SETTINGS = """pub struct Settings {{ retries: u32, verbose: bool }}
pub fn {name}(retries: u32) -> Settings {{
    Settings {{ retries }}
}}
"""
SEND = """pub fn send(text: &str, urgent: bool) -> usize {{ text.len() + usize::from(urgent) }}
pub fn remind(name: &str) -> usize {{
    send(name)
}}
{more}"""


def fill(crate, source, code, old, new):
    """What the witness says of the change that puts ``new`` where ``old`` begins."""
    crate.write(source)
    found = next(each for each in crate.check() if each.code == code)
    at = source.index(old)
    edit = Edit(path="lib.rs", byte_start=at, byte_end=at, before="", after=new)
    return Witness(Site(crate.context(found))).invented((edit,))


def arm(crate, source, pattern, value):
    return fill(crate, source, "E0004", "    }\n}", f"        {pattern} => {value},\n")


@pytest.mark.parametrize(
    ("source", "pattern", "value"),
    [
        (RIGHTS, "Role::Auditor", "false"),
        (RIGHTS, "_", "true"),
        (LIMITS, "Role::Auditor", "20"),
        (LIMITS, "Role::Auditor", "-1"),
        (LIMITS, "_", "0"),
        (NAMES, "Role::Auditor", '"owner"'),
        (LIMITS + TEST.format(claim="assert_eq!(limit(Role::Owner), 500);"), "Role::Auditor", "500"),
        (LIMITS + TEST.format(claim="let _ = Role::Auditor;"), "Role::Auditor", "500"),
        (LIMITS.replace("What a role may do.", "Auditors may do much."), "Role::Auditor", "500"),
    ],
)
def test_a_constant_that_no_neighbour_determines_is_made_up(crate, source, pattern, value):
    said = arm(crate, source, pattern, value)
    assert said.startswith(f"`{value}` for `{pattern}`")
    assert "would be my invention" in said


@pytest.mark.parametrize(
    ("source", "pattern", "value"),
    [
        (ALIKE, "Role::Auditor", "5"),
        (NAMES, "Role::Auditor", '"auditor"'),
        (LIMITS.replace("=> 20", "=> base() * 2") + "fn base() -> i64 { 7 }\n", "Role::Auditor", "base() * 3"),
        (LIMITS + TEST.format(claim="assert_eq!(limit(Role::Auditor), 500);"), "Role::Auditor", "500"),
        (LIMITS.replace("What a role may do.", "Auditors get 900 a day."), "Role::Auditor", "900"),
    ],
)
def test_what_siblings_names_tests_or_documentation_determine_is_not_made_up(crate, source, pattern, value):
    assert arm(crate, source, pattern, value) == ""


def method(crate, source, body):
    crate.write(source)
    found = next(each for each in crate.check() if each.code == "E0046")
    kind = source.split("-> ")[1].split(";")[0]
    at = source.index("impl Toll for Van {\n") + len("impl Toll for Van {\n")
    edit = Edit(
        path="lib.rs", byte_start=at, byte_end=at, before="", after=f"    fn due(&self) -> {kind} {{ {body} }}\n"
    )
    return Witness(Site(crate.context(found))).invented((edit,))


def test_a_method_that_each_sibling_answers_otherwise_is_made_up(crate):
    source = TOLL.format(doc="In cents.", kind="u32", car="300", bus="900")
    assert "`{ 300 }` for `Van` in `due`" in method(crate, source, "300")
    assert method(crate, source, "base() * 2") == ""


def test_a_method_that_all_siblings_answer_alike_is_determined(crate):
    assert method(crate, TOLL.format(doc="In cents.", kind="u32", car="300", bus="300"), "300") == ""


def test_a_method_takes_what_the_documentation_lists_and_no_sibling_has(crate):
    source = TOLL.format(doc="One of: low, middle, high.", kind="&'static str", car='"low"', bus='"high"')
    assert method(crate, source, '"middle"') == ""
    assert method(crate, source, '"low"') != ""


def field(crate, name, value, more=""):
    source = SETTINGS.format(name=name) + more
    return fill(crate, source, "E0063", " }\n}", f", verbose: {value}")


def test_a_new_thing_may_begin_empty_and_nothing_else(crate):
    assert field(crate, "new", "false") == ""
    assert "the field `verbose`" in field(crate, "new", "true")
    assert "the field `verbose`" in field(crate, "of_profile", "false")


def test_a_field_that_is_given_so_everywhere_else_is_determined(crate):
    more = "pub fn other() -> Settings { Settings { retries: 1, verbose: true } }\n"
    assert field(crate, "of_profile", "true", more) == ""


def test_a_field_that_tests_go_through_is_for_the_tests_to_judge(crate):
    assert field(crate, "of_profile", "true", TEST.format(claim="assert!(of_profile(2).verbose);")) == ""


def test_an_argument_is_made_up_unless_others_pass_it(crate):
    alone = SEND.format(more="")
    others = SEND.format(more="pub fn warn(name: &str) -> usize { send(name, false) }\n")
    assert "argument 2 of `send`" in fill(crate, alone, "E0061", ")\n}\n", ", false")
    assert fill(crate, others, "E0061", ")\n}\n", ", false") == ""


async def test_what_is_made_up_is_believed_in_less_than_what_is_determined(crate):
    crate.write(LIMITS)
    (found,) = crate.check()
    candidates = await SearchBrain().think(crate.context(found))
    made_up = [each for each in candidates if each.invented]
    assert made_up
    assert max(each.confidence for each in made_up) < 0.3
    assert all("would be my invention" in each.invented for each in made_up)


async def test_other_errors_are_never_said_to_be_made_up(crate):
    crate.write('pub fn word() -> String {\n    "a"\n}\n')
    candidates = await SearchBrain().think(crate.context(crate.check()[0]))
    assert candidates
    assert not any(each.invented for each in candidates)
