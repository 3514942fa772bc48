#[test]
fn p() {
    for r in lightlane::preset::all() {
        let t = lightlane::config::print(&r).unwrap();
        println!("{t}");
        assert_eq!(lightlane::config::parse(&t).unwrap(), r);
    }
}
