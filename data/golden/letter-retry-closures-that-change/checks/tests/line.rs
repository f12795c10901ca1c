use std::time::Duration;

use letter_line::{Outbox, Policy};

const POLICY: Policy = Policy {
    attempts: 4,
    first_wait: Duration::from_millis(10),
};

#[test]
fn every_attempt_has_its_number_and_its_wait() {
    let (mut attempts, mut waits) = (Vec::new(), Vec::new());
    let done: Result<(), u32> = POLICY.run(
        |attempt| {
            attempts.push(attempt);
            Err(attempt)
        },
        |wait| waits.push(wait.as_millis()),
    );
    assert_eq!(done, Err(4));
    assert_eq!(attempts, [1, 2, 3, 4]);
    assert_eq!(waits, [10, 20, 40]);
}

#[test]
fn a_letter_that_cannot_be_sent_stays_the_first() {
    let mut outbox = Outbox::new();
    outbox.put("a");
    outbox.put("b");
    let mut seen = String::new();
    let done = outbox.send_all(POLICY, |letter| {
        seen.push_str(letter);
        if letter == "b" {
            Err("refused")
        } else {
            Ok(())
        }
    });
    assert_eq!(done, Err("refused"));
    assert_eq!(seen, "abbbb");
    assert_eq!(outbox.len(), 1);
    assert_eq!(outbox.waited(), Duration::from_millis(70));
}

#[test]
fn what_returns_a_value_gives_it_back() {
    let mut left = 2;
    let work = |attempt| {
        left -= 1;
        if left == 0 {
            Ok(attempt)
        } else {
            Err(())
        }
    };
    assert_eq!(POLICY.run(work, drop), Ok(2));
}
