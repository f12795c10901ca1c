"""What knows Rust's tools: cargo, rustc, clippy, rustfmt, syntax, the docs and rust-analyzer."""
