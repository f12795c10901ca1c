"""The words that every Rust program shares. They keep their meaning elsewhere; all others are names of one program."""

from __future__ import annotations

_KEYWORDS = """
as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub
ref return self Self static struct super trait true type unsafe use where while macro_rules union
"""
_PRIMITIVES = "bool char str u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64"
_TYPES = """
String Vec Option Some None Result Ok Err Box
Rc Arc Cell RefCell Mutex RwLock HashMap HashSet BTreeMap BTreeSet VecDeque BinaryHeap Cow Path PathBuf OsString
Duration Instant Ordering Range PhantomData Pin Weak
"""
_TRAITS = """
Clone Copy Debug Default Display Drop Eq Error Fn FnMut FnOnce From FromIterator FromStr Hash Hasher Into Iterator
IntoIterator Index IndexMut Add Sub Mul Div Rem Neg Not AddAssign SubAssign MulAssign DivAssign Deref DerefMut AsRef
AsMut Borrow ToOwned ToString TryFrom TryInto Ord PartialEq PartialOrd Read Write BufRead Send Sync Sized Unpin Extend
ExactSizeIterator DoubleEndedIterator
"""
_MODULES = (
    "std core alloc fmt io iter mem ops cmp collections str string vec rc sync cell hash time path borrow convert"
)
_METHODS = """
and and_then any all as_bytes as_deref as_mut as_ref as_slice as_str borrow borrow_mut bytes chain chars clear clone
cloned cmp collect contains contains_key copied count default deref drain ends_with entry enumerate eq err expect extend
filter filter_map find first flat_map flatten fmt fold for_each from from_iter from_str get get_mut get_or_insert_with
hash insert into into_boxed_slice into_iter is_empty is_err is_none is_ok is_some iter iter_mut join keys last len lines
lock map map_err max max_by_key min min_by_key new next ok ok_or ok_or_else or or_default or_else or_insert
or_insert_with parse partial_cmp peek peekable pop position product push push_str remove replace rev skip skip_while
sort sort_by sort_by_key split split_at split_whitespace splitn starts_with step_by sum swap take take_while to_ascii
to_ascii_lowercase to_ascii_uppercase to_lowercase to_owned to_string to_uppercase to_vec trim trim_end trim_start
try_from try_into unwrap unwrap_or unwrap_or_default unwrap_or_else values values_mut with_capacity write write_str
zip abs pow min_by max_by saturating_add saturating_sub wrapping_add wrapping_sub checked_add checked_sub checked_mul
"""
_MACROS = "assert assert_eq assert_ne format matches panic print println eprint eprintln vec write writeln derive"

KEYWORDS = frozenset(_KEYWORDS.split())
PRIMITIVES = frozenset(_PRIMITIVES.split())
SHARED = frozenset(" ".join([_KEYWORDS, _PRIMITIVES, _TYPES, _TRAITS, _MODULES, _METHODS, _MACROS]).split())


def is_name(word: str) -> bool:
    """True for a word that belongs to one program: neither a keyword nor a name of the standard library."""
    return word not in SHARED and word != "_"
