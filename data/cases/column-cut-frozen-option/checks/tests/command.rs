use std::io::Write;
use std::process::{Command, Stdio};

fn column_cut(arguments: &[&str], input: &str) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_column-cut"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that refuses its arguments may be gone before it reads.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn the_separator_can_be_chosen() {
    let (code, output) = column_cut(&["-d", ",", "2", "1"], "a,b,c\nd,e\n");
    assert_eq!((code, output.as_str()), (Some(0), "b,a\ne,d\n"));
    let (code, output) = column_cut(&["1"], "a\tb\n");
    assert_eq!((code, output.as_str()), (Some(0), "a\n"));
}

#[test]
fn nonsense_is_refused() {
    assert_eq!(column_cut(&["0"], "").0, Some(2));
    assert_eq!(column_cut(&["-d"], "").0, Some(2));
    assert_eq!(column_cut(&[], "").0, Some(2));
}
