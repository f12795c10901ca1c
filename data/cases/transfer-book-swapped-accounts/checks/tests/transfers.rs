use transfer_book::{Accounts, TransferError};

#[test]
fn only_the_payer_must_be_covered() {
    let mut accounts = Accounts::default();
    accounts.open("a", 100);
    accounts.open("b", 0);
    assert_eq!(
        accounts.transfer("b", "a", 30),
        Err(TransferError::NotCovered { missing: 30 })
    );
    assert_eq!(accounts.transfer("a", "b", 100), Ok(()));
    assert_eq!(accounts.balance("a"), Some(0));
    assert_eq!(accounts.balance("b"), Some(100));
    assert_eq!(accounts.transfer("b", "b", 100), Ok(()));
    assert_eq!(accounts.balance("b"), Some(100));
}
