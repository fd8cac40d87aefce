//! Scans on both databases: each at its material, sealed, seen by the county and the student alone.

use loan::calendar::date;

use super::attach::{AttachScan, DetachScan};
use super::picture::tests::a_jpeg;
use crate::application::fact::{Defect, Flaw};
use crate::no::No;
use crate::origination::return_application::ReturnApplication;
use crate::testing::{UNIVERSITY, WEICHENG, XIUFENG, worlds};
use crate::who::Role;

#[tokio::test]
async fn a_scan_belongs_to_one_material_and_is_seen_by_county_and_student() {
    for world in worlds(date(2026, 8, 3)).await {
        let student = world.student(1).await;
        let number = world.submitted(&student, "370702").await;
        let clerk = world.clerk(WEICHENG);
        let view = world.office.case_view(&clerk, &number).await.unwrap();
        let materials: Vec<String> = view.materials.iter().map(|one| one.item.material.code.clone()).collect();
        let photograph = a_jpeg(1000, 700, &[(0xe1, b"Exif\0\0GPS")], b"");
        let digest = world.done(&clerk, AttachScan::of(&number, &materials[0], &photograph)).await;
        world.done(&clerk, AttachScan::of(&number, &materials[1], &a_jpeg(600, 800, &[], b""))).await;
        let again = world.done(&clerk, AttachScan::of(&number, &materials[0], &photograph)).await;
        assert_eq!(again, digest, "the same scan twice is one scan");

        for reader in [&clerk, &student.actor, &world.reviewer(WEICHENG)] {
            let scans = world.office.scans(reader, &number).await.unwrap();
            assert_eq!(scans.len(), 2, "on {:?}", world.engine());
            assert_eq!(
                (scans[0].material.as_str(), scans[0].digest.as_str()),
                (materials[0].as_str(), digest.as_str())
            );
            let (media_type, bytes) = world.office.scan(reader, &number, &digest).await.unwrap();
            assert_eq!(media_type, "image/jpeg");
            assert_eq!(bytes, a_jpeg(1000, 700, &[], b""), "without the place it was taken at");
        }
        for stranger in [world.clerk(XIUFENG), world.student(2).await.actor] {
            assert!(matches!(world.office.scan(&stranger, &number, &digest).await, Err(No::NotFound)));
            assert!(matches!(world.office.scans(&stranger, &number).await, Err(No::NotFound)));
        }
        for role in [Role::BankMaker, Role::Auditor] {
            assert!(matches!(world.office.scan(&world.in_role(role), &number, &digest).await, Err(No::Forbidden)));
        }
        let school = world.school(UNIVERSITY);
        assert!(matches!(world.office.scans(&school, &number).await, Err(No::Forbidden)));

        // A returned file still shows which scans there are, and takes no more until it comes back.
        let give_back = |material: &str| ReturnApplication {
            number: number.clone(),
            reason: "material_missing".to_owned(),
            note: "缺户口簿".to_owned(),
            defects: vec![Defect { material: material.to_owned(), flaw: Flaw::Missing }],
        };
        world.done(&clerk, give_back(&materials[2])).await;
        assert_eq!(world.office.scans(&student.actor, &number).await.unwrap().len(), 2);
        world.refused(&clerk, AttachScan::of(&number, &materials[0], &photograph), "no_scans_now").await;
    }
    proof::proves!["R9.16", "R6.12"; page "/county/case/{number}/scans"];
}

#[tokio::test]
async fn a_scan_is_refused_in_the_order_of_the_rules() {
    for world in worlds(date(2026, 8, 3)).await {
        let student = world.student(3).await;
        let number = world.submitted(&student, "370702").await;
        let clerk = world.clerk(WEICHENG);
        let view = world.office.case_view(&clerk, &number).await.unwrap();
        let material = view.materials[0].item.material.code.clone();
        world.refused(&clerk, AttachScan::of(&number, "passport", b"<svg/>"), "not_on_the_list").await;
        world.refused(&clerk, AttachScan::of(&number, &material, b"<svg/>"), "scan_other_type").await;
        let heavy = vec![0; super::picture::BYTES_MAX + 1];
        world.refused(&clerk, AttachScan::of(&number, &material, &heavy), "scan_too_heavy").await;
        let wide = a_jpeg(30_000, 30_000, &[], b"");
        world.refused(&clerk, AttachScan::of(&number, &material, &wide), "scan_too_large").await;
        world.refused(&clerk, AttachScan::of(&number, &material, &wide[..40]), "scan_broken").await;
        for width in 1..=12 {
            world.done(&clerk, AttachScan::of(&number, &material, &a_jpeg(width, 9, &[], b""))).await;
        }
        world.refused(&clerk, AttachScan::of(&number, &material, &a_jpeg(13, 9, &[], b"")), "scan_too_many").await;
        let first = world.office.scans(&clerk, &number).await.unwrap()[0].digest.clone();
        let off = || DetachScan { number: number.clone(), material: material.clone(), digest: first.clone() };
        world.done(&clerk, off()).await;
        world.refused(&clerk, off(), "no_such_scan").await;
        assert!(matches!(world.office.scan(&clerk, &number, &first).await, Err(No::NotFound)));
        world.done(&clerk, AttachScan::of(&number, &material, &a_jpeg(13, 9, &[], b""))).await;
        world.refused(&world.clerk(XIUFENG), off(), "not_found").await;
        world.refused(&student.actor, off(), "forbidden").await;
    }
}
