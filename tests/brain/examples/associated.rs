//# name-the-associated-type-as-elsewhere E0046
pub struct Both<I> { pub inner: I }
impl<I: Iterator> Iterator for Both<I> {
    fn next(&mut self) -> Option<Self::Item> { self.inner.next() }
}
//= fixed
pub struct Both<I> { pub inner: I }
impl<I: Iterator> Iterator for Both<I> {
    type Item = I::Item;
    fn next(&mut self) -> Option<Self::Item> { self.inner.next() }
}
//# name-the-associated-type-as-used E0053
pub struct Count(pub u8);
impl Iterator for Count {
    type Item = ();
    fn next(&mut self) -> Option<u8> {
        self.0.checked_sub(1).map(|less| { self.0 = less; less })
    }
}
//= fixed
pub struct Count(pub u8);
impl Iterator for Count {
    type Item = u8;
    fn next(&mut self) -> Option<u8> {
        self.0.checked_sub(1).map(|less| { self.0 = less; less })
    }
}
//# name-the-associated-type-as-used E0308
pub struct Wrong(pub char);
pub struct Grade(pub char);
impl std::str::FromStr for Grade {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.chars().next().map(Grade).ok_or(Wrong('-'))
    }
}
//= fixed
pub struct Wrong(pub char);
pub struct Grade(pub char);
impl std::str::FromStr for Grade {
    type Err = Wrong;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.chars().next().map(Grade).ok_or(Wrong('-'))
    }
}
//# name-the-associated-type-as-used E0271
pub struct Pairs(pub Vec<(usize, char)>);
pub struct Each(std::vec::IntoIter<(usize, char)>);
impl IntoIterator for Pairs {
    type Item = (usize, char);
    type IntoIter = Each;
    fn into_iter(self) -> Each { Each(self.0.into_iter()) }
}
impl Iterator for Each {
    type Item = char;
    fn next(&mut self) -> Option<Self::Item> { self.0.next() }
}
//= fixed
pub struct Pairs(pub Vec<(usize, char)>);
pub struct Each(std::vec::IntoIter<(usize, char)>);
impl IntoIterator for Pairs {
    type Item = (usize, char);
    type IntoIter = Each;
    fn into_iter(self) -> Each { Each(self.0.into_iter()) }
}
impl Iterator for Each {
    type Item = (usize, char);
    fn next(&mut self) -> Option<Self::Item> { self.0.next() }
}
