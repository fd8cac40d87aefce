//! One scan is put to one material of an application, or taken off again. What the file really is decides, never its
//! name; it is kept once, sealed with the student's key.

use serde::{Deserialize, Serialize};

use super::picture::{NotAPicture, picture};
use super::{SUBJECT, of_material};
use crate::act::{Act, Desk};
use crate::application::Stage;
use crate::desk::Case;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Most scans of one material.
const OF_ONE_MATERIAL: usize = 12;

/// Puts a scan to a material.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AttachScan {
    /// Number of the application.
    pub number: String,
    /// Code of the material.
    pub material: String,
    /// SM3 of the file as it was sent: names the request, so that the file itself need not.
    pub digest: String,
    /// The file as it was sent.
    #[serde(skip)]
    pub file: Vec<u8>,
}

impl AttachScan {
    /// The act for a file.
    pub fn of(number: &str, material: &str, file: &[u8]) -> AttachScan {
        let (number, material) = (number.to_owned(), material.to_owned());
        AttachScan { number, material, digest: crate::seal::sm3_hex(file), file: file.to_vec() }
    }
}

refusals! {
    /// Why the scan is not kept.
    pub enum AttachScanRefusal {
        /// Scans belong to an application the county has in hand.
        NoScansNow = "no_scans_now" ["sdvcst-2022" "12(二)"],
        /// The checklist of this application has no such material.
        NotOnTheList = "not_on_the_list" ["sdvcst-2022" "12(二)"] @ "material",
        /// Neither JPEG nor PNG.
        NotAPicture = "scan_other_type" [] @ "file",
        /// Too many bytes.
        TooHeavy = "scan_too_heavy" [] @ "file",
        /// Too many pixels.
        TooLarge = "scan_too_large" [] @ "file",
        /// The file is damaged.
        Broken = "scan_broken" [] @ "file",
        /// There are enough of this material.
        TooMany = "scan_too_many" [] @ "file",
    }
}

impl From<NotAPicture> for AttachScanRefusal {
    fn from(no: NotAPicture) -> AttachScanRefusal {
        match no {
            NotAPicture::OtherType => AttachScanRefusal::NotAPicture,
            NotAPicture::TooHeavy => AttachScanRefusal::TooHeavy,
            NotAPicture::TooLarge => AttachScanRefusal::TooLarge,
            NotAPicture::Broken => AttachScanRefusal::Broken,
        }
    }
}

/// From the submission to the certificate; afterwards the file is closed.
fn open_for_scans(case: &Case) -> bool {
    (Stage::Submitted..=Stage::CertificateIssued).contains(&case.stage())
}

#[async_trait::async_trait]
impl Act for AttachScan {
    const NAME: &'static str = "attach_scan";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::Volunteer]);
    type Done = String;
    type Refused = AttachScanRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<String, No<AttachScanRefusal>> {
        use AttachScanRefusal as R;
        let case = desk.case(&self.number).await?;
        if !open_for_scans(&case) {
            return Err(No::Refused(R::NoScansNow));
        }
        let known = crate::rules::known_facts(desk.tx, &case, desk.on).await?;
        let list = crate::rules::checklist(desk.office, &case, &known)?;
        if !list.iter().any(|item| item.material.code == self.material) {
            return Err(No::Refused(R::NotOnTheList));
        }
        let picture = picture(&self.file).map_err(|no| No::Refused(no.into()))?;
        let (book, application, person) = (case.book(), case.number.key(), case.row.person);
        let links = store::paper::files_of_subject(desk.tx, book, SUBJECT, application).await?;
        if of_material(&links, &self.material).count() >= OF_ONE_MATERIAL {
            return Err(No::Refused(R::TooMany));
        }
        let digest =
            store::paper::file_keep(desk.tx, book, person, picture.media_type, &picture.bytes, desk.at).await?;
        let link = store::paper::FileLink {
            book,
            subject: SUBJECT.to_owned(),
            subject_id: application,
            kind: self.material.clone(),
            digest: digest.clone(),
            person,
            linked_by: desk.actor.name(),
            linked_at: desk.at,
            removed_at: None,
        };
        store::paper::file_attach(desk.tx, &link).await?;
        desk.note("material", self.material.as_str());
        desk.note("scan", digest.as_str());
        Ok(digest)
    }
}

/// Takes a scan off a material; the file stays in the archive, the page no longer shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DetachScan {
    /// Number of the application.
    pub number: String,
    /// Code of the material.
    pub material: String,
    /// Which scan.
    pub digest: String,
}

refusals! {
    /// Why the scan stays.
    pub enum DetachScanRefusal {
        /// Scans belong to an application the county has in hand.
        NoScansNow = "no_scans_now" ["sdvcst-2022" "12(二)"],
        /// There is no such scan.
        NoSuchScan = "no_such_scan" [],
    }
}

#[async_trait::async_trait]
impl Act for DetachScan {
    const NAME: &'static str = "detach_scan";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::Volunteer]);
    type Done = ();
    type Refused = DetachScanRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<DetachScanRefusal>> {
        let case = desk.case(&self.number).await?;
        if !open_for_scans(&case) {
            return Err(No::Refused(DetachScanRefusal::NoScansNow));
        }
        let links = store::paper::files_of_subject(desk.tx, case.book(), SUBJECT, case.number.key()).await?;
        let Some(link) = of_material(&links, &self.material).find(|link| link.digest == self.digest) else {
            return Err(No::Refused(DetachScanRefusal::NoSuchScan));
        };
        store::paper::file_detach(desk.tx, link, desk.at).await?;
        desk.note("material", self.material.as_str());
        desk.note("scan", self.digest.as_str());
        Ok(())
    }
}
