use job_runner::{Job, Runner};

#[test]
fn the_protocol_names_the_group_and_what_is_left() {
    let mut runner = Runner::new(10);
    assert_eq!(runner.run(Job::new("import/customers", 4)), Ok(6));
    let dear = Job::new("report", 7);
    assert_eq!(runner.run(dear.clone()), Err(dear));
    assert_eq!(runner.run(Job::new("clean", 6)), Ok(0));
    assert_eq!(runner.protocol(), ["import: 6 left", "clean: 0 left"]);
    assert_eq!(runner.finished().len(), 2);
}
