use number_input::amount::Mark;
use number_input::form::Form;
use number_input::import::Column;

#[test]
fn a_form_reads_the_mark_of_its_country() {
    let form = |mark, entered: &str| Form {
        mark,
        entered: entered.to_string(),
    };
    assert_eq!(form(Mark::Comma, "12,5").amount(), Ok(1250));
    assert_eq!(form(Mark::Point, "-3.05").amount(), Ok(-305));
    assert!(form(Mark::Point, "12,5").amount().is_err());
}

#[test]
fn a_column_reads_the_mark_of_its_file() {
    let cells = vec!["1,10", "2", "-0,10"];
    assert_eq!(
        Column {
            mark: Mark::Comma,
            cells: cells.clone()
        }
        .sum(),
        Ok(300)
    );
    assert_eq!(
        Column {
            mark: Mark::Point,
            cells
        }
        .sum(),
        Err(0)
    );
}
