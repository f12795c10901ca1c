pub mod depot {
    pub struct Depot {
        pub stock: u32,
    }

    impl Depot {
        fn free(&self) -> u32 {
            100 - self.stock
        }

        /// Whether it is full.
        pub fn full(&self) -> bool {
            self.free() == 0
        }
    }
}

/// How much a lorry may bring.
pub fn room(depot: &depot::Depot) -> u32 {
    depot.free()
}

#[test]
fn there_is_room() {
    assert_eq!(room(&depot::Depot { stock: 40 }), 60);
}
