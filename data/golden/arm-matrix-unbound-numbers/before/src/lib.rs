//! Matrices of a fixed size for a robot arm, of any kind of number.

/// `rows` × `columns` numbers, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix<T> {
    rows: usize,
    columns: usize,
    numbers: Vec<T>,
}

impl<T> Matrix<T> {
    /// None when the rows are not all of one length.
    pub fn from_rows(rows: Vec<Vec<T>>) -> Option<Self> {
        let (height, width) = (rows.len(), rows.first().map_or(0, Vec::len));
        if rows.iter().any(|row| row.len() != width) {
            return None;
        }
        Some(Matrix {
            rows: height,
            columns: width,
            numbers: rows.into_iter().flatten().collect(),
        })
    }

    pub fn size(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    pub fn at(&self, row: usize, column: usize) -> &T {
        &self.numbers[row * self.columns + column]
    }
}

impl<T: Copy> Matrix<T> {
    pub fn transposed(&self) -> Self {
        let places =
            (0..self.columns).flat_map(|column| (0..self.rows).map(move |row| (row, column)));
        Matrix {
            rows: self.columns,
            columns: self.rows,
            numbers: places.map(|(row, column)| *self.at(row, column)).collect(),
        }
    }

    /// None when the sizes do not fit.
    pub fn times(&self, other: &Self) -> Option<Self> {
        if self.columns != other.rows {
            return None;
        }
        let mut numbers = Vec::with_capacity(self.rows * other.columns);
        for row in 0..self.rows {
            for column in 0..other.columns {
                let mut sum = T::default();
                for inner in 0..self.columns {
                    sum = sum + *self.at(row, inner) * *other.at(inner, column);
                }
                numbers.push(sum);
            }
        }
        Some(Matrix {
            rows: self.rows,
            columns: other.columns,
            numbers,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide() -> Matrix<i32> {
        Matrix::from_rows(vec![vec![1, 2, 3], vec![4, 5, 6]]).unwrap()
    }

    #[test]
    fn rows_become_columns() {
        assert_eq!(wide().transposed().size(), (3, 2));
        assert_eq!(wide().transposed().at(2, 0), &3);
    }

    #[test]
    fn a_product_is_rows_times_columns() {
        let product = wide().times(&wide().transposed()).unwrap();
        assert_eq!(product.size(), (2, 2));
        assert_eq!(product.at(1, 0), &32);
        assert_eq!(product.at(1, 1), &77);
    }
}
