//# give-what-the-documentation-lists E0046
pub trait Grade {
    /// The short form: one of A, B and C.
    fn short(&self) -> &'static str;
}
pub struct Good;
pub struct Fair;
pub struct Poor;
impl Grade for Good {
    fn short(&self) -> &'static str { "A" }
}
impl Grade for Fair {
}
impl Grade for Poor {
    fn short(&self) -> &'static str { "C" }
}
//= fixed
pub trait Grade {
    /// The short form: one of A, B and C.
    fn short(&self) -> &'static str;
}
pub struct Good;
pub struct Fair;
pub struct Poor;
impl Grade for Good {
    fn short(&self) -> &'static str { "A" }
}
impl Grade for Fair {
    fn short(&self) -> &'static str {
        "B"
    }
}
impl Grade for Poor {
    fn short(&self) -> &'static str { "C" }
}
