//! Sends letters over a line that is sometimes down.

mod outbox;
mod policy;

pub use outbox::Outbox;
pub use policy::Policy;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const POLICY: Policy = Policy {
        attempts: 3,
        first_wait: Duration::from_millis(100),
    };

    #[test]
    fn letters_are_sent_in_order() {
        let mut outbox = Outbox::new();
        outbox.put("first");
        outbox.put("second");
        let mut sent = Vec::new();
        let done: Result<usize, ()> = outbox.send_all(POLICY, |letter| {
            sent.push(letter.to_string());
            Ok(())
        });
        assert_eq!(done, Ok(2));
        assert_eq!(sent, ["first", "second"]);
        assert!(outbox.is_empty());
    }

    #[test]
    fn a_line_that_comes_up_again_is_enough() {
        let mut outbox = Outbox::new();
        outbox.put("late");
        let mut calls = 0;
        let done = outbox.send_all(POLICY, |_| {
            calls += 1;
            if calls < 3 {
                Err("down")
            } else {
                Ok(())
            }
        });
        assert_eq!(done, Ok(1));
        assert_eq!(outbox.waited(), Duration::from_millis(300));
    }
}
