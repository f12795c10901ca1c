//! Writes the catalogue of a seed bank as CSV (RFC 4180), with `\n` at the end of each record.

#[derive(Clone, Debug, Default)]
pub struct CsvWriter {
    text: String,
}

impl CsvWriter {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn record(&mut self, fields: &[&str]) {
        for (place, field) in fields.iter().enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            self.field(field);
        }
        self.text.push('\n');
    }

    pub fn finish(self) -> String {
        self.text
    }

    fn field(&mut self, field: &str) {
        if needs_quotes(field) {
            self.text.push('"');
            self.text.push_str(field);
            self.text.push('"');
        } else {
            self.text.push_str(field);
        }
    }
}

/// Whether a field would be read as something else without quotes.
fn needs_quotes(field: &str) -> bool {
    field.contains(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(fields: &[&str]) -> String {
        let mut csv = CsvWriter::new();
        csv.record(fields);
        csv.finish()
    }

    #[test]
    fn plain_fields_stay_plain() {
        assert_eq!(written(&["rye", "2019", ""]), "rye,2019,\n");
    }

    #[test]
    fn a_comma_needs_quotes() {
        assert_eq!(written(&["rye, winter", "x"]), "\"rye, winter\",x\n");
    }

    #[test]
    fn a_quote_is_doubled() {
        assert_eq!(written(&["the \"old\", rye"]), "\"the \"\"old\"\", rye\"\n");
    }

    #[test]
    fn a_field_may_hold_a_line_break() {
        assert_eq!(written(&["dry\ncold"]), "\"dry\ncold\"\n");
    }
}
