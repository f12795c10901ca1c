//! Playlists and how long they take.

pub mod clock;
pub mod playlist;

pub use playlist::{Playlist, Track};
