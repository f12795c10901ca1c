use std::ops::{Add, Mul};

use robot_arm::Matrix;

/// Counts in a circle of 12.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Hour(u32);

impl Add for Hour {
    type Output = Hour;

    fn add(self, other: Hour) -> Hour {
        Hour((self.0 + other.0) % 12)
    }
}

impl Mul for Hour {
    type Output = Hour;

    fn mul(self, other: Hour) -> Hour {
        Hour((self.0 * other.0) % 12)
    }
}

#[test]
fn any_number_will_do() {
    let hours = Matrix::from_rows(vec![vec![Hour(1), Hour(5)], vec![Hour(2), Hour(3)]]).unwrap();
    let squared = hours.times(&hours).unwrap();
    assert_eq!(squared.at(0, 1), &Hour(8));
    assert_eq!(squared.at(1, 1), &Hour(7));
    let halves = Matrix::from_rows(vec![vec![0.5, 1.5]]).unwrap();
    assert_eq!(halves.times(&halves.transposed()).unwrap().at(0, 0), &2.5);
}

#[test]
fn sizes_have_to_fit() {
    let wide = Matrix::from_rows(vec![vec![1u8, 2, 3]]).unwrap();
    assert_eq!(wide.times(&wide), None);
    assert_eq!(wide.transposed().times(&wide).unwrap().size(), (3, 3));
}

#[test]
fn names_need_no_arithmetic() {
    let names = Matrix::from_rows(vec![vec!["a".to_string()]]).unwrap();
    assert_eq!(names.at(0, 0), "a");
}
