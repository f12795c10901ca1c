use seed_catalogue::CsvWriter;

/// Reads one record as RFC 4180 says.
fn read(text: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = text.strip_suffix('\n').unwrap().chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            '\n' | '\r' if !quoted => panic!("a record ends inside of {text:?}"),
            other => field.push(other),
        }
    }
    fields.push(field);
    fields
}

#[test]
fn what_is_written_is_read_back() {
    let fields = [
        "a\"", "\"", "a\r\nb", "\r", ",", "", " x ", "\"\",\"", "plain",
    ];
    let mut csv = CsvWriter::new();
    csv.record(&fields);
    assert_eq!(read(&csv.finish()), fields);
}

#[test]
fn a_quote_alone_needs_quotes() {
    let mut csv = CsvWriter::new();
    csv.record(&["5\" pot"]);
    assert_eq!(csv.finish(), "\"5\"\" pot\"\n");
}

#[test]
fn nothing_is_quoted_that_need_not_be() {
    let mut csv = CsvWriter::new();
    csv.record(&["rye;winter", "it's"]);
    assert_eq!(csv.finish(), "rye;winter,it's\n");
}
