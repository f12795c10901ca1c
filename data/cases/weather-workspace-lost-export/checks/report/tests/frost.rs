use weather_core::Station;
use weather_report::frost;

#[test]
fn the_coldest_station_comes_first() {
    let mut hill = Station::new("hill");
    hill.measure(300, -4.5).measure(720, 2.0);
    let mut pass = Station::new("pass");
    pass.measure(310, -9.0);
    let mut town = Station::new("town");
    town.measure(290, 0.0);
    assert_eq!(frost(&[hill, pass, town]), ["pass", "hill"]);
}
