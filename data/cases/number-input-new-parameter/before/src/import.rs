use crate::amount::{parse_amount, Mark};

/// A column of amounts in a file, with the mark that the file uses.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    pub mark: Mark,
    pub cells: Vec<&'a str>,
}

impl Column<'_> {
    /// The sum of all cells, or the first cell (from 0) that is not an amount.
    pub fn sum(&self) -> Result<i64, usize> {
        let mut sum = 0;
        for (index, cell) in self.cells.iter().enumerate() {
            sum += parse_amount(cell).ok_or(index)?;
        }
        Ok(sum)
    }
}
