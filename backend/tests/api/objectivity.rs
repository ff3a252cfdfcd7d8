//! Complaints are not led by whom they are about or by who complains, however he is named.

use crate::acts::{change, faults, import, made, new, now, sees, with};
use crate::harness::World;
use serde_json::{Value, json};

/// A confidential complaint about whoever has that name.
fn about(name: &str) -> Value {
    new(
        json!({"subject": "S", "description": "D", "confidential": true,
        "about": {"name": name}}),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_complaint_finds_its_object_by_any_spelling() {
    let world = World::new().await;
    let line = with(
        &about("Ruth  NAME"),
        json!({"type": "complaint", "customer_id": world.ids["north"],
            "complainant": {"id": world.user("anna").id}}),
    );
    import(&world, std::slice::from_ref(&line)).await.unwrap();
    assert_eq!(sees(&world, &line).await, ["anna", "ada"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_called_so_later_is_its_object_all_the_same() {
    let world = World::new().await;
    let filed = made(world.user("anna"), "complaints", &about("GRETA KLEIN")).await;
    world
        .rename("jonas", "brm", &["north"], "Greta Klein")
        .await;
    assert_eq!(sees(&world, &filed).await, ["anna", "ruth", "ada"]);
    let to_her = json!({"handler": {"id": world.user("jonas").id}});
    let refused = change(world.user("ruth"), "complaints", &filed, to_her).await;
    assert_eq!(refused.expect(422).error_fields(), ["handler"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_several_namesakes_gets_it_and_a_new_name_changes_nothing() {
    let world = World::new().await;
    world.rename("ruth", "brm", &["north"], "J Meier").await;
    world.rename("jonas", "brm", &["north"], "J MEIER").await;
    let filed = made(world.user("anna"), "complaints", &about("j meier")).await;
    assert!(filed["handler"]["id"].is_null(), "an administrator decides");
    assert_eq!(sees(&world, &filed).await, ["anna", "ada"]);
    world
        .rename("jonas", "brm", &["north"], "J Meier-Schulz")
        .await;
    assert_eq!(sees(&world, &filed).await, ["anna", "ada"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_does_not_make_the_object_the_judge() {
    let world = World::new().await;
    let ruth = json!({"id": world.user("ruth").id});
    let line = new(
        json!({"type": "complaint", "subject": "S", "description": "D",
            "customer_id": world.ids["north"], "complainant": {"id": world.user("anna").id}}),
    );
    let of_her = with(&line, json!({"about": ruth}));
    import(&world, &[of_her]).await.unwrap();
    // What the file does not say stays, and is looked at with what it says.
    let by_her = with(&line, json!({"handler": ruth}));
    let refused = import(&world, &[by_her]).await;
    assert_eq!(faults(refused), [(1, "handler".to_owned())]);
    let kept = now(world.user("anna"), "complaints", &line).await;
    assert!(kept["handler"]["id"].is_null());
    // Also by a name that is her account's.
    let line = with(
        &new(line.clone()),
        json!({"about": {"name": "RUTH name"}, "handler": ruth}),
    );
    assert_eq!(
        faults(import(&world, &[line]).await),
        [(1, "handler".to_owned())]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_complainant_makes_it_known() {
    let world = World::new().await;
    let (anna, ruth) = (world.user("anna"), world.user("ruth"));
    let filed = made(anna, "complaints", &about("jonas name")).await;
    let known = json!({"confidential": false});
    let refused = change(ruth, "complaints", &filed, known.clone()).await;
    assert_eq!(refused.expect(422).error_fields(), ["confidential"]);
    assert_eq!(sees(&world, &filed).await, ["anna", "ruth", "ada"]);
    change(anna, "complaints", &filed, known).await.expect(200);
    assert!(sees(&world, &filed).await.contains(&"mia"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_complains_does_not_lead_his_complaint_whatever_he_becomes() {
    let world = World::new().await;
    let anna = world.user("anna");
    let filed = made(anna, "complaints", &about("jonas name")).await;
    world.change_user("anna", "brm", None, &["north"]).await;
    let judged = change(anna, "complaints", &filed, json!({"severity": "critical"})).await;
    judged.expect_problem(403, "forbidden");
    let withdrawn = change(anna, "complaints", &filed, json!({"stage": "withdrawn"})).await;
    withdrawn.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_is_handed_on_when_its_handler_may_not_lead_it_any_more() {
    let world = World::new().await;
    let (anna, ada) = (world.user("anna"), world.user("ada"));
    let wish = || new(json!({"subject": "S", "description": "D"}));
    let open = made(anna, "complaints", &wish()).await;
    let over = made(anna, "complaints", &wish()).await;
    assert_eq!(open["handler"]["name"], "ruth name");
    change(anna, "complaints", &over, json!({"stage": "withdrawn"}))
        .await
        .expect(200);
    world.change_user("jonas", "brm", None, &["north"]).await;
    world.change_user("ruth", "brm", None, &["south"]).await;
    let handed = now(ada, "complaints", &open).await;
    assert_eq!(handed["handler"]["name"], "jonas name");
    world.change_user("jonas", "agent", None, &[]).await;
    let nobody = now(ada, "complaints", &open).await;
    assert!(nobody["handler"]["id"].is_null());
    // Who led what is over is history.
    let history = now(ada, "complaints", &over).await;
    assert_eq!(history["handler"]["name"], "ruth name");
}
