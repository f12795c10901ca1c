use csv_cursor::Cursor;

#[test]
fn fields_outlive_the_cursor() {
    let line = String::from("7,\"Baker, Street\",,x\r\n");
    let fields: Vec<&str> = {
        let mut cursor = Cursor::new(&line);
        let mut fields = Vec::new();
        while let Some(field) = cursor.field() {
            fields.push(field);
        }
        assert_eq!(cursor.taken(), 4);
        fields
    };
    assert_eq!(fields, ["7", "Baker, Street", "", "x"]);
}
