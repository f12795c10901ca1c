//! A simulation of weights on springs, in one step at a time.

use std::ops::{Add, Mul};

/// Metres.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Displacement {
    pub x: f64,
    pub y: f64,
}

/// Newtons.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Force {
    pub x: f64,
    pub y: f64,
}

impl Add for Displacement {
    type Output = Displacement;

    fn add(self, other: Displacement) -> Displacement {
        Displacement {
            x: self.x + other.x,
            y: self.y + other.y,
        }
    }
}

impl Mul<f64> for Force {
    type Output = Force;

    fn mul(self, factor: f64) -> Force {
        Force {
            x: self.x * factor,
            y: self.y * factor,
        }
    }
}

/// The force of a spring of a stiffness (newtons a metre) that is pulled from its rest.
pub fn spring(stiffness: f64, pulled: Displacement) -> Force {
    Force {
        x: pulled.x,
        y: pulled.y,
    } * -stiffness
}

/// The force on a weight (kilograms) on two springs.
pub fn total(mass: f64, left: (f64, Displacement), right: (f64, Displacement)) -> Force {
    let weight = Force {
        x: 0.0,
        y: -9.81 * mass,
    };
    spring(left.0, left.1) + spring(right.0, right.1) + weight
}
