//# open-it-to-the-crate E0603
mod tools { fn double(value: u32) -> u32 { value * 2 } }
pub fn four() -> u32 { tools::double(2) }
//= fixed
mod tools { pub(crate) fn double(value: u32) -> u32 { value * 2 } }
pub fn four() -> u32 { tools::double(2) }
//# open-it-to-the-crate E0616
pub mod tools { pub struct Tool { name: String } }
pub fn name(tool: &tools::Tool) -> &str { &tool.name }
//= fixed
pub mod tools { pub struct Tool { pub(crate) name: String } }
pub fn name(tool: &tools::Tool) -> &str { &tool.name }
//# ask-by-the-method E0616
pub mod tools {
    pub struct Tool { name: String }
    impl Tool { pub fn name(&self) -> &str { &self.name } }
}
pub fn size(tool: &tools::Tool) -> usize { tool.name.len() }
//= fixed
pub mod tools {
    pub struct Tool { name: String }
    impl Tool { pub fn name(&self) -> &str { &self.name } }
}
pub fn size(tool: &tools::Tool) -> usize { tool.name().len() }
