use retry_client::{Answer, Client, Failure};

#[test]
fn a_busy_server_is_asked_again() {
    let mut tries = 0;
    let mut client = Client::new(
        |_: &str| {
            tries += 1;
            if tries < 4 {
                Answer::Busy
            } else {
                Answer::Content("text".to_string())
            }
        },
        10_000,
    );
    assert_eq!(client.fetch("a"), Ok(("text".to_string(), 350)));
}

#[test]
fn patience_ends() {
    let mut client = Client::new(|_: &str| Answer::Busy, 1_000);
    assert_eq!(client.fetch("a"), Err(Failure::TimedOut(1_150)));
    let mut client = Client::new(|_: &str| Answer::Gone, 1_000);
    assert_eq!(client.fetch("a"), Err(Failure::Gone));
}
