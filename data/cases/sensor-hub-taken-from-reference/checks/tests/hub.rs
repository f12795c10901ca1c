use sensor_hub::{Calibration, Hub, Sensor};

#[test]
fn values_are_corrected_where_there_is_a_calibration() {
    let mut hub = Hub::default();
    hub.attach(Sensor {
        name: "inlet".to_string(),
        raw: 2.0,
        calibration: Some(Calibration {
            offset: 1.0,
            slope: 0.5,
            note: "bench 3".to_string(),
        }),
    });
    hub.attach(Sensor {
        name: "outlet".to_string(),
        raw: 7.5,
        calibration: None,
    });
    assert_eq!(hub.values(), [("inlet", 2.0), ("outlet", 7.5)]);
    assert_eq!(hub.values().len(), 2);
}
