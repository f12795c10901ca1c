//! Smooths a noisy signal.

use std::collections::VecDeque;

/// The mean of the last few values.
#[derive(Clone, Debug)]
pub struct Average {
    window: VecDeque<f64>,
    width: usize,
    sum: f64,
}

impl Average {
    /// An average over `width` values; a width of zero counts as one.
    pub fn new(width: usize) -> Self {
        Average {
            window: VecDeque::new(),
            width: width.max(1),
            sum: 0.0,
        }
    }

    /// Takes a value and returns the mean of what is in the window now.
    pub fn push(&mut self, value: f64) -> f64 {
        self.window.push_back(value);
        if self.window.len() > self.width {
            if let Some(oldest) = self.window.pop_front() {
                self.shift(-oldest);
            }
        }
        self.shift(value);
        self.mean()
    }

    pub fn mean(&self) -> f64 {
        if self.window.is_empty() {
            0.0
        } else {
            self.sum / self.window.len() as f64
        }
    }

    fn shift(&mut self, by: f64) {
        self.sum += by;
    }
}

/// The whole signal, smoothed.
pub fn smooth(signal: &[f64], width: usize) -> Vec<f64> {
    let mut average = Average::new(width);
    signal.iter().map(|value| average.push(*value)).collect()
}
