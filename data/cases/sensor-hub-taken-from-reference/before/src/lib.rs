//! Raw values of sensors, corrected by their calibration.

/// A straight line through the points measured at calibration, with the note of who did it.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    pub offset: f64,
    pub slope: f64,
    pub note: String,
}

impl Calibration {
    pub fn apply(&self, raw: f64) -> f64 {
        self.offset + self.slope * raw
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Sensor {
    pub name: String,
    pub raw: f64,
    pub calibration: Option<Calibration>,
}

#[derive(Debug, Default)]
pub struct Hub {
    sensors: Vec<Sensor>,
}

impl Hub {
    pub fn attach(&mut self, sensor: Sensor) {
        self.sensors.push(sensor);
    }

    /// Name and value of every sensor; the raw value where nobody calibrated it.
    pub fn values(&self) -> Vec<(&str, f64)> {
        let mut values = Vec::with_capacity(self.sensors.len());
        for sensor in &self.sensors {
            let value = match sensor.calibration {
                Some(calibration) => calibration.apply(sensor.raw),
                None => sensor.raw,
            };
            values.push((sensor.name.as_str(), value));
        }
        values
    }
}
