use crate::align::Align;

/// Rows of cells under each other.
#[derive(Clone, Debug, Default)]
pub struct Table {
    columns: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows, with one column for each alignment.
    pub fn new(columns: &[Align]) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; cells beyond the last column are dropped.
    pub fn row(&mut self, cells: &[&str]) {
        let cells = cells.iter().take(self.columns.len());
        self.rows.push(cells.map(|cell| cell.to_string()).collect());
    }

    /// Sets the table, two spaces between columns and none at the end of a row.
    pub fn set(&self) -> String {
        let mut set = String::new();
        for row in &self.rows {
            let cells: Vec<String> = row
                .iter()
                .enumerate()
                .map(|(column, cell)| self.columns[column].set(cell, self.width(column)))
                .collect();
            set.push_str(cells.join("  ").trim_end());
            set.push('\n');
        }
        set
    }

    fn width(&self, column: usize) -> usize {
        self.rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(&[Align::Left, Align::Right]);
        table.row(&["barley", "8"]);
        table.row(&["rye", "112"]);
        assert_eq!(table.set(), "barley    8\nrye     112\n");
    }

    #[test]
    fn short_rows_are_fine_and_long_ones_are_cut() {
        let mut table = Table::new(&[Align::Left]);
        table.row(&[]);
        table.row(&["a", "b"]);
        assert_eq!(table.set(), "\na\n");
    }
}
