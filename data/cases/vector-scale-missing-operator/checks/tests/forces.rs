use vector_scale::{total, Displacement, Force};

#[test]
fn springs_and_weight_add_up() {
    let pulled = Displacement { x: 0.5, y: -1.0 };
    let back = Displacement { x: -0.5, y: -1.0 };
    let force = total(2.0, (10.0, pulled), (10.0, back));
    assert_eq!(
        force,
        Force {
            x: 0.0,
            y: 20.0 - 19.62
        }
    );
    let one = Displacement { x: 1.0, y: 2.0 };
    assert_eq!(one + one, Displacement { x: 2.0, y: 4.0 });
}
