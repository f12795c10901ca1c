"""Where the names of the standard library live, for those that programs import by hand."""

from __future__ import annotations

_MODULES = {
    "std::collections": "HashMap HashSet BTreeMap BTreeSet VecDeque BinaryHeap LinkedList",
    "std::collections::hash_map": "Entry DefaultHasher",
    "std::collections::btree_map": "Entry",
    "std::rc": "Rc",
    "std::sync": "Arc Mutex RwLock Once OnceLock LazyLock Condvar Barrier MutexGuard PoisonError Weak mpsc",
    "std::sync::mpsc": "channel Sender Receiver SyncSender",
    "std::sync::atomic": "AtomicUsize AtomicBool AtomicU32 AtomicU64 AtomicI32 AtomicI64 Ordering",
    "std::cell": "RefCell Cell OnceCell Ref RefMut",
    "std::fmt": "Display Debug Formatter Write",
    "std": "fmt io fs env thread mem cmp iter str process path time ops collections error hash slice ptr num any",
    "std::io": "Read Write BufRead BufReader BufWriter Seek stdin stdout stderr Cursor ErrorKind",
    "std::fs": "File OpenOptions",
    "std::path": "Path PathBuf",
    "std::time": "Duration Instant SystemTime UNIX_EPOCH",
    "std::str": "FromStr Chars Utf8Error",
    "std::string": "FromUtf8Error ParseError",
    "std::num": "ParseIntError ParseFloatError NonZeroU32 NonZeroU64 NonZeroUsize Wrapping TryFromIntError",
    "std::ops": (
        "Add Sub Mul Div Rem Neg Not AddAssign SubAssign MulAssign DivAssign Index IndexMut Deref DerefMut Range "
        "RangeInclusive RangeBounds Bound ControlFlow BitAnd BitOr BitXor Shl Shr"
    ),
    "std::cmp": "Ordering Reverse max min",
    "std::iter": "FromIterator Peekable Sum Product once repeat successors zip from_fn Rev Enumerate Map Filter",
    "std::hash": "Hash Hasher BuildHasher",
    "std::borrow": "Cow Borrow BorrowMut ToOwned",
    "std::error": "Error",
    "std::marker": "PhantomData",
    "std::convert": "TryFrom TryInto Infallible",
    "std::thread": "JoinHandle sleep spawn",
    "std::any": "Any TypeId type_name",
    "std::env": "args var",
    "std::pin": "Pin",
    "std::future": "Future",
    "std::task": "Poll Context Waker",
    "std::mem": "size_of swap replace take",
    "std::process": "Command exit ExitCode Stdio",
    "std::net": "TcpListener TcpStream IpAddr Ipv4Addr SocketAddr UdpSocket",
    "std::ffi": "OsStr OsString CStr CString",
    "std::f64::consts": "PI E",
    "std::slice": "Iter IterMut Chunks",
    "std::vec": "IntoIter",
    "std::alloc": "Layout",
}

PATHS: dict[str, tuple[str, ...]] = {}
for _module, _names in _MODULES.items():
    for _name in _names.split():
        PATHS[_name] = (*PATHS.get(_name, ()), f"{_module}::{_name}")

_METHODS = {
    "std::io::Read": "read read_to_string read_to_end read_exact bytes take",
    "std::io::Write": "write write_all flush write_fmt by_ref",
    "std::io::BufRead": "read_line lines split_off read_until fill_buf",
    "std::io::Seek": "seek rewind stream_position",
    "std::fmt::Write": "write_str write_char write_fmt",
    "std::str::FromStr": "from_str",
    "std::hash::Hash": "hash",
    "std::hash::Hasher": "finish",
    "std::borrow::Borrow": "borrow",
    "std::borrow::BorrowMut": "borrow_mut",
    "std::ops::Deref": "deref",
    "std::ops::DerefMut": "deref_mut",
    "std::ops::Add": "add",
    "std::convert::TryInto": "try_into",
    "std::convert::TryFrom": "try_from",
    "std::iter::FromIterator": "from_iter",
    "std::error::Error": "source description",
    "std::future::IntoFuture": "into_future",
    "std::ops::RangeBounds": "start_bound end_bound",
    "std::any::Any": "type_id",
}

# The trait to import for a method that the prelude does not bring.
METHOD_TRAITS: dict[str, tuple[str, ...]] = {}
for _trait, _names in _METHODS.items():
    for _name in _names.split():
        METHOD_TRAITS[_name] = (*METHOD_TRAITS.get(_name, ()), _trait)

_PRELUDE = {
    "types": "Option Result Vec String Box Self str bool char",
    "numbers": "usize isize u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64",
    "variants": "Some None Ok Err true false",
    "traits": (
        "Iterator Default Clone Copy Debug Drop Fn FnMut FnOnce From Into ToString AsRef Extend IntoIterator PartialEq "
        "PartialOrd Eq Ord Send Sync Sized"
    ),
    "macros": ("print println eprint eprintln format panic assert assert_eq assert_ne vec write writeln matches dbg"),
    "rest": "self drop",
}
PRELUDE: tuple[str, ...] = tuple(_name for _names in _PRELUDE.values() for _name in _names.split())

_COMMON = {
    "collections": (
        "len push pop insert remove get get_mut contains contains_key iter iter_mut into_iter is_empty clear extend "
        "first last sort sort_by sort_by_key sort_unstable reverse dedup retain drain truncate join concat swap "
        "split_at windows chunks binary_search to_vec resize append union intersection entry or_insert "
        "or_insert_with or_default keys values values_mut with_capacity new default"
    ),
    "text": (
        "push_str to_string to_owned to_uppercase to_lowercase trim split split_whitespace lines chars bytes parse "
        "replace starts_with ends_with find as_str as_bytes"
    ),
    "iterators": (
        "map filter filter_map flat_map fold collect sum product count min max min_by_key max_by_key rev enumerate zip "
        "take skip step_by chain any all position cloned copied next peekable peek"
    ),
    "options and results": (
        "unwrap unwrap_or unwrap_or_else unwrap_or_default expect is_some is_none is_ok is_err ok err ok_or ok_or_else "
        "map_err and_then or_else as_ref as_mut as_deref clone into from"
    ),
    "numbers": (
        "saturating_sub saturating_add checked_add checked_sub checked_mul checked_div wrapping_add pow abs sqrt powi "
        "powf floor ceil round"
    ),
    "sharing": "lock read write borrow borrow_mut send recv spawn",
}
METHODS: tuple[str, ...] = tuple(_name for _names in _COMMON.values() for _name in _names.split())
