//! What each refusal says and what to do about it. The codes are those of `office`; a test walks all acts and finds
//! a sentence for every one.

use office::Refusal;
use office::application::answers::Mistake;

use crate::stop::Refused;

/// Code, what it says, what to do.
const TABLE: &[(&str, &str, &str)] = &[
    // 登录和注册
    ("mistakes", "有几处填得不对", "请按提示改好再提交。"),
    ("already_registered", "这个身份证号已经注册过", "请直接登录。忘记密码的，带身份证到县级资助中心领一次性登录条。"),
    ("wrong_name_or_password", "身份证号（或手机号）和密码对不上", "请再看一遍。密码区分大小写。"),
    ("wait", "输错的次数多了，请等 {seconds} 秒再试", "账户没有锁定，等一会儿就能再试。"),
    ("code_wrong", "验证码不对，或者已经失效", "请对照最新的一条再输一遍；输错三次要重新获取。"),
    ("ticket_over", "等得太久，或者输错太多次", "请重新输入登录名和密码。"),
    ("link_over", "这个链接已经失效", "请学生重新发一个，或者用短信验证码登录。"),
    (
        "assertion_not_believed",
        "学校系统发来的登录信息用不了",
        "可能过了五分钟，请回研究生管理信息系统再点一次；还不行，请打学校研究生院电话。",
    ),
    ("assertion_used", "这次登录已经用过", "请回研究生管理信息系统再点一次。"),
    ("tail_wrong", "身份证号后四位不对", "请填共同借款人本人的，最后一位可能是字母 X。"),
    ("slip_wrong", "登录条上的码不对，或者已经失效", "码 30 分钟内有效，只能用一次。请对照再看一遍，或者重新领一张。"),
    ("slip_not_for_staff", "工作人员不能使用别人的登录条", "请把登录条交给本人，由本人在自己的手机上设密码。"),
    (
        "account_unknown",
        "没有找到这个人的账户，或者他的材料不在本单位",
        "请对照身份证核对姓名和号码；在别处办理的，请到那里去。",
    ),
    ("not_a_phone", "手机号应是 11 位数字", "请对照再看一遍。"),
    ("invited_too_often", "今天已经发过三次链接", "请明天再发，或者请共同借款人用短信验证码登录。"),
    ("guardian_wanted", "未满 18 岁，要由父母或监护人作共同借款人", "请改“共同借款人”。"),
    ("guardian_must_sign", "未满 18 岁，不能自己在网上签", "请和监护人（共同借款人）一起到窗口签字。"),
    ("factor_not_begun", "还没有开始设置", "请先点“开始设置”，扫描二维码。"),
    ("not_logged_in", "登录已经结束", "请重新登录。"),
    ("password_too_short", "密码至少 8 位", "请换一个长一点的。"),
    ("password_too_long", "密码最多 128 位", "请换一个短一点的。"),
    ("password_too_common", "这个密码太常见，别人一猜就中", "请换一个。"),
    ("password_guessable", "密码里有姓名、身份证号、手机号或登录名", "请换一个别人猜不到的。"),
    ("disabled", "这个账户已经停用", "请联系本单位的系统管理员。"),
    (
        "first_code_unknown",
        "这个一次性口令用不了",
        "可能输错了，也可能过期或用过了。请核对一遍；还不行，请管服务器的同事再给一个。",
    ),
    ("wrong_password", "现在的密码不对", "请再输一遍。密码区分大小写。"),
    ("password_unchanged", "新密码和现在的一样", "请换一个。"),
    ("a_demonstration", "这是演示系统，不能改成正式系统", "请另建一个新的数据库。"),
    ("rows_wrong", "表里有几行填得不对", "请按清单改好再来，什么都还没有写入。"),
    ("changed_meanwhile", "别人刚刚也在安装", "什么都没有写入，请再运行一次。"),
    ("not_a_demonstration", "这不是演示系统，不能免密码进入", "请用自己的账号和密码登录。"),
    // 通知和动态
    ("title_wrong", "标题没有填，或者太长", "标题 1 到 80 个字。"),
    ("body_wrong", "正文没有写，或者太长", "正文最多 20000 个字，段落之间空一行。"),
    ("audience_not_open", "本单位不能发给这些单位", "省中心发给县中心和高校，高校发给本校各院系。"),
    ("answer_day_past", "回执的最后一天已经过去", "请改成今天或以后。"),
    ("too_many_files", "附件太多", "最多 5 个。"),
    ("file_unfit", "这种文件不能放", "通知收图片、PDF、Word、Excel；动态只收 JPG、PNG 图片。"),
    ("file_too_heavy", "文件太大", "每个最多 8 兆字节。"),
    ("caption_missing", "图片还没有说明", "请写一句图片里是什么。"),
    ("notice_withdrawn", "这一条已经撤下", "不用再撤。"),
    ("no_receipt_asked", "这个通知不要回执", "看过就行。"),
    ("receipt_too_late", "回执的最后一天已经过了", "请直接联系发通知的单位。"),
    ("notice_already_confirmed", "已经回执过", "不用再回。"),
    // 我的资料与授权
    ("consent_withdrawn", "学生撤回了同意，这份申请不能往下办", "请学生在“我的资料”里重新同意，或者撤回申请。"),
    ("purpose_unknown", "没有这一项同意", "请刷新页面再选。"),
    ("consent_not_given", "这一项同意已经撤回，或者从来没有给过", "不用再撤回。"),
    ("consent_already_given", "这一项已经同意过", "不用再点。"),
    ("prove_again", "请再输一次密码", "看完整资料、删除资料以前，要再核对一次是你本人。十分钟内有效。"),
    ("too_many_proofs", "密码输错的次数多了，已经退出登录", "请重新登录。"),
    ("erase_not_understood", "还没有勾选“我明白”", "请先看清楚删除以后会怎样，再勾选。"),
    ("application_under_way", "还有一份申请正在办", "先撤回申请，或者等它办完，再申请删除。"),
    ("too_many_copies", "今天已经下载过三次", "请明天再下载。"),
    ("copy_link_unknown", "这个下载链接不是你的，或者不完整", "请回到“我的资料”，重新生成链接。"),
    ("copy_link_used", "这个链接已经用过", "每个链接只能下载一次，请重新生成。"),
    ("copy_link_expired", "这个链接已经过期", "链接 24 小时内有效，请重新生成。"),
    ("text_missing", "还没有写内容", "请写清楚发生了什么、想怎么解决。"),
    ("text_too_long", "写得太长了", "最多 2000 个字，请写要点，其余可以当面说。"),
    ("nothing_decided", "申诉要针对一份已经有处理结果的申请", "还没有结果的，先等结果；对服务不满意的，请选“投诉”。"),
    ("too_many_open_requests", "已经有 10 件在等答复", "请先等前面的答复。"),
    ("already_answered", "这一件已经答复过", "不用再答复。"),
    ("decided_by_same", "办过这份申请的人，不能答复对它的投诉和申诉", "请交给没有经手的同事。"),
    ("too_many_ids_seen", "这一小时看完整证件号的次数太多，已经停住", "安全管理员会收到提醒。有特殊需要，请联系他。"),
    ("no_id_number", "没有这个人的证件号", "请核对是不是还没有填共同借款人。"),
    // 扫描件、撤销
    ("no_scans_now", "现在不能放扫描件", "学生提交以后、学校录回执以前，才能放。"),
    ("no_such_scan", "没有这张扫描件", "可能已经被拿掉，请刷新页面再看。"),
    ("scan_other_type", "这个文件不是照片", "只收 JPG 和 PNG。苹果手机的 HEIC、PDF 请先另存成 JPG。"),
    ("scan_too_heavy", "这张照片太大", "每张最多 8 兆字节，请用较低的清晰度再扫一次。"),
    ("scan_too_large", "这张照片的尺寸太大", "长、宽各不超过 12000 点。A4 纸用 200 到 300 点每英寸就够清楚。"),
    ("scan_broken", "这张照片是坏的，打不开", "请重新扫一次。"),
    ("scan_too_many", "这一项的扫描件已经够多", "每一项最多 12 张，先拿掉不要的。"),
    ("nothing_to_undo", "没有可以撤销的步骤", "签字以后不能撤销，写错了请作废合同。"),
    ("not_the_last_step", "这一步以后又办了别的", "请刷新页面，从最后一步开始撤销。"),
    // 还款、放款和系统设置
    ("already_deferred", "这一年的本金已经延期过", "一年只能延期一次，不用再办。"),
    ("already_handed_out", "这张收据已经发给学生", "不用再登记。"),
    ("already_in_use", "这个系统已经在用，不能改成演示系统", "请另建一个新的数据库。"),
    ("already_posted", "这个批次流水号已经入账", "不用再入账。"),
    ("already_serves", "这本账已经有同类机构在管", "请先写明上一家管到哪一天。"),
    ("amount_not_an_amount", "金额填得不对", "请填数字，最多两位小数，例如 3000 或 3000.50。"),
    ("below_minimum", "提前还款的金额太小", "请填得多一些，或者选择全部还清。"),
    ("book_unknown", "没有这本账", "请核对账簿编号。"),
    ("capacity_wrong", "名额填得不对", "请填 1 以上的整数。"),
    ("contract_closed", "这份合同已经结清或关闭", "不用再操作。"),
    ("conversion_of_new_contract", "2020年以后签的合同不用转换定价", "它已经按市场报价利率计息。"),
    ("conversion_outside_window", "现在不在定价转换的办理时间内", "请看办理时间；过了就按原合同执行。"),
    ("days_wrong", "日期填得不对", "请核对起止日期。"),
    ("division_unknown", "没有这个行政区划代码", "请核对六位代码。"),
    ("holidays_unknown", "那一年的放假安排还没有录入", "请先导入放假安排。"),
    ("plan_change_not_agreed", "还没有告诉借款人还款计划会变", "请告诉来人计划会跟着变，他同意后勾选。"),
    ("graduation_year_wrong", "这个毕业年份和贷款对不上", "毕业要在放款以后、贷款到期以前。请核对年份。"),
    (
        "graduation_not_before_maturity",
        "毕业年份要早于贷款到期的年份",
        "请核对年份。真的读到那以后，请到县级资助中心问怎么办。",
    ),
    ("disbursed_after_graduation", "这个毕业年份早于放款", "请核对年份。"),
    ("maturity_in_the_past", "贷款已经到期，计划不能再改", "请按账单还清。"),
    ("study_resumed_too_early", "又读书的日期早于上次毕业", "还没毕业就接着读的，不用填入学日期，只改毕业年份。"),
    ("study_ends_before_it_starts", "毕业要晚于入学", "请核对入学日期和毕业年份。"),
    ("not_in_study", "这笔贷款已经过了在校的时间", "已经毕业的，不用办退学变更。"),
    ("relief_words_missing", "请写几句话说明情况", "写清什么时候、发生了什么。"),
    ("relief_already_asked", "今年的救助已经申请过，正在办", "请等短信，或打电话问县级资助中心。"),
    ("relief_not_waiting", "这份救助申请已经办完，或者不存在", "请刷新列表。"),
    ("no_bill_of_that_year", "这一年没有要你还的钱", "在校期间利息由国家付，不用申请救助。"),
    ("bill_already_paid", "这一年的账已经还清", "救助只付还没有还的账。"),
    ("bill_already_relieved", "这一年的账已经由救助金付", "不用再申请。"),
    ("year_already_settled", "这一年的账已经结过，不能再延后", "明年有政策时请在 12 月 20 日以前办。"),
    ("not_yet_disbursed", "这笔贷款还没有发放", "发放以后才能办。"),
    ("not_settled", "这份合同还没有还清", "还清以后才有结清证明。"),
    ("more_than_owed", "比全部欠款还多", "最多 {most} 元。多付的钱要再退，请改小。"),
    ("name_missing", "名称还没有填", "请填写全称。"),
    ("no_instalment_in_that_year", "那一年没有要还的本金", "请核对年份；没有本金就不用延期。"),
    ("no_quiz_asked", "这个县现在不要求贷前考核", "不用登记，直接办理。"),
    ("no_receipt", "这名学生还没有收据", "请先入账，再登记发放。"),
    ("not_paid_out", "这笔贷款还没有发放", "发放以后才能办。"),
    ("not_this_year", "这一年没有本金延期的政策", "可以办的年份见“政策”页面。"),
    ("nothing_missing", "回执已经录入，不用提醒", "请看下一名学生。"),
    ("prepayment_after_maturity", "还款日已经到了最后一次还款", "按最后一次账单还清就行，不用申请提前还款。"),
    ("prepayment_already_sent", "扣款名单已经发出，不能取消", "账户里钱不够时，这次申请自动作废，没有影响。"),
    ("prepayment_before_disbursement", "贷款还没有发放", "发放以后才能提前还款。"),
    ("prepayment_of_that_day_exists", "那一天已经有一次提前还款申请", "一次只能有一个；要改金额，先取消原来的。"),
    ("prepayment_unknown", "没有找到这次提前还款申请", "请刷新页面再看一遍。"),
    ("pricing_already_converted", "定价方式已经转换过", "只能转换一次，不能再改。"),
    ("reminded_today", "今天已经提醒过这名学生", "请明天再提醒。"),
    ("scheme_unknown", "没有这种贷款", "请选生源地或者校园地。"),
    ("school_established", "这所学校已经开通", "请到机构列表里查看。"),
    ("school_unknown", "名单里没有这所学校", "请核对十位学校代码。"),
    ("serial_unknown", "没有这个批次流水号", "请和放款通知核对一遍。"),
    ("slot_wrong", "时间段填得不对", "请填半小时的起点，例如 09:00。"),
    // 申请
    ("county_not_served", "这个县还没有开通网上申请", "请直接到户籍所在地的县级资助中心办理。"),
    (
        "already_applied_this_year",
        "这一学年已经有一份申请",
        "同一学年只能办一笔助学贷款。请从“申请”里打开已有的那一份。",
    ),
    ("not_with_student", "这份申请已经提交，不能再改", "要改的话，请联系县级资助中心退回，或者撤回后重新申请。"),
    ("no_statement_needed", "首次贷款不用写续贷声明", "请返回申请。"),
    ("statement_under_review", "续贷声明正在审核，暂时不能改", "审核退回以后可以修改。"),
    ("already_submitted", "这份申请已经提交过", "不用再提交，看进度就行。"),
    ("section_open", "还有一项没填完", "请先把任务列表里没完成的填好，再提交。"),
    ("not_declared_truthful", "请确认信息真实、完整", "在“声明和授权”里勾选第一项。"),
    ("consent_missing", "两项授权都同意，才能办理贷款", "在“声明和授权”里逐项勾选。不同意也没关系，但贷款办不下去。"),
    (
        "season_over",
        "本学年的办理时间已经过了",
        "学校录入回执的最后一天是 {last_on}，过了这天申请不能放款。请明年再申请。",
    ),
    ("graduation_not_after_disbursement", "放款的时候你已经毕业，不能再申请", "请核对学制和年级；填错了改过来再提交。"),
    (
        "fees_below_minimum",
        "学费和住宿费加起来不到最低贷款额",
        "最低贷款额是 {min} 元，费用是 {fees} 元。请自己缴清，或核对费用是否填错。",
    ),
    ("amount_below_minimum", "贷款金额太小，最少 {min} 元", "请改“贷款金额和年限”。"),
    ("amount_above_maximum", "贷款金额太大，最多 {max} 元", "请改“贷款金额和年限”。"),
    ("amount_not_a_multiple", "贷款金额要是 {step} 元的整数倍", "请改成整百。"),
    ("term_below_minimum", "贷款年限太短，最少 {min} 年", "请改“贷款金额和年限”。"),
    ("term_above_maximum", "贷款年限太长，最多 {max} 年", "请改“贷款金额和年限”。"),
    ("rule_broken", "有一条规定不符合：{words}", "{bring}。"),
    ("other_loan_this_year", "这一学年你已经有一笔助学贷款", "同一学年不能既办生源地贷款又办校园地贷款。"),
    ("already_over", "这份申请已经结束", "不用再操作。"),
    ("contract_signed", "合同已经签了，不能在网上撤回", "请联系县级资助中心，由窗口作废合同。"),
    ("not_waiting_for_counter", "这份申请现在不用到窗口", "请看进度里写的下一步。"),
    ("day_past", "只能约明天以后的时间", "请选后面的日子。"),
    ("no_such_slot", "没有这个时间", "请从列出的时间里选一个。"),
    ("slot_full", "这个时间约满了", "请换一个时间，最近有空的是：{next}。"),
    // 办理大厅
    ("open_booking", "你已经约了一个时间", "一个人同时只能约一次。请先到“我的预约”里取消，或者改时间。"),
    ("cancelled_too_often", "一天里取消了两次，今天不能再约", "请明天再约；着急的，可以直接到窗口取号。"),
    ("other_township", "那天轮到别的乡镇", "你们乡镇的日子是 {days}，请从里面选。"),
    ("not_booked", "这个预约已经取消，或者已经办过", "请在“我的预约”里看看。"),
    ("places_left", "那天还有空的时间", "不用候补，直接约。"),
    ("too_many_lists", "最多候补三天", "请先等一等，有了号会发短信。"),
    ("walk_in_wrong", "现场留号的比例不对", "请填 0 到 100。"),
    ("day_over", "这一天已经过去了", "请选今天以后的日子。"),
    ("hours_wrong", "时间填得不对", "请写成 08:30 这样，开始要早于结束。"),
    ("town_wrong", "乡镇的名字不对", "一个名字最多 20 个字，中间用空格隔开。"),
    ("booking_unknown", "没有找到这个预约码", "请再扫一次，或者核对 12 位数字；找不到的，按现场取号办。"),
    ("not_today", "预约的不是今天，是 {day}", "可以按现场取号办，原来的预约请先取消。"),
    ("id_differs", "身份证和预约的人对不上", "请核对身份证；不是本人预约的，按现场取号办。"),
    ("hall_closed", "今天不办公", "请看公布的日程。"),
    ("already_waiting", "已经取过号，号码是 {ticket}", "请等屏幕叫号，不用再取。"),
    ("no_such_window", "没有这个窗口", "请先在“预约和窗口”里设置。"),
    ("window_closed", "这个窗口没有开", "请先打开或恢复窗口。"),
    ("not_called", "这个号现在不在窗口", "请刷新页面再看一遍。"),
    ("not_missed", "这个号没有过号", "请刷新页面再看一遍。"),
    ("step_unknown", "请选办了哪几步", "从讲流程到签合同，办完的打勾。"),
    ("window_number", "窗口号不对", "请填 1 到 60。"),
    ("serves_nothing", "还没有选办什么", "至少选一样。"),
    ("serves_both_sides", "贷款和还款要分开窗口办", "请分成两个窗口。"),
    ("staffed_wrong", "人数不对", "一个窗口 1 到 4 人。"),
    ("window_busy", "这个窗口还有人在办", "办完再关。"),
    ("duty_unknown", "请选值什么班", "值班电话、窗口或者志愿服务。"),
    ("duty_phone_missing", "还没有填值班电话", "请填打得通的号码。"),
    ("volunteer_unknown", "没有这名志愿者，或者那天不在", "请先登记志愿者。"),
    ("shift_overlaps", "这个人那段时间已经有班", "请换人或者换时间。"),
    ("shift_ahead", "这个班还没有开始", "值完以后再记。"),
    ("minutes_wrong", "时长不对", "不能比排的班多出一小时。"),
    ("about_missing", "还没有写问了什么", "请写一句。"),
    ("answer_missing", "还没有写怎么答的", "请写一句。"),
    ("home_place_missing", "还没有写乡镇和村", "请写清楚怎么走。"),
    ("nobody_assigned", "还没有写谁去", "请填姓名。"),
    ("application_unknown", "本县没有这个申请", "请核对申请编号，还没申请的空着。"),
    ("visit_over", "这次上门已经录入过", "不用再录。"),
    ("paper_differs", "纸件编号对不上", "请照着纸件右上角的编号输入。"),
    ("visit_reason_missing", "还没有写为什么没办成", "请写一句，方便再安排。"),
    ("item_missing", "还没有写物品", "最多 20 个字。"),
    ("shelf_unknown", "请选放在哪类", "从列出的里面选。"),
    ("count_wrong", "数量不对", "请填 0 到 9999。"),
    ("words_missing", "还没有写内容", "请写几句，最多 500 个字。"),
    ("words_too_long", "内容太长", "最多 500 个字，请分开写。"),
    ("too_many_open", "你有五个提问还在等答复", "请先等一等，或者打资助中心的电话。"),
    ("taken_by_other", "{name} 已经在答这个提问", "要换人，请大厅负责人来接。"),
    ("not_answered", "还没有答复，不能结束", "请先写答复。"),
    ("title_missing", "还没有写标题", "最多 40 个字。"),
    ("first_loan_at_counter", "首次贷款要两个人一起到窗口签合同", "请预约时间，和共同借款人一起去。"),
    ("online_not_offered", "这个县的续贷只能到窗口办", "学生或共同借款人任一人到窗口就行。"),
    ("co_borrower_changed", "换了共同借款人，要两个人一起到窗口", "按首次贷款的办法办理。"),
    ("not_submitted", "申请还没有提交", "请先提交申请。"),
    ("face_not_matched", "人脸没有比对成功", "请学生或共同借款人带身份证到窗口办。人脸不是唯一办法。"),
    ("nothing_to_sign", "现在没有要签的合同", "请看进度里写的下一步。"),
    ("signed_at_counter", "这份合同要在窗口签", "请到窗口签字。"),
    ("not_read", "还没有确认读过并理解合同", "请先确认，再签字。"),
    ("not_yours", "只能由本人确认", "请本人登录后确认。"),
    ("nothing_to_print", "这种文书现在没有内容可以打印", "等办到那一步再打印。"),
    ("reprint_reason_missing", "这份打印过，还没有写为什么再打", "请写一句原因，例如：打印机卡纸。"),
    ("chapter_not_read", "还有没读的章", "五章都读过、勾上，再签字。"),
    ("already_e_signed", "你已经签过这份合同", "等另一位签完就行。"),
    ("names_differ", "合同上的姓名和系统里的不一样", "请县级资助中心作废这份合同，核对姓名后重新生成。"),
    ("identity_not_confirmed", "姓名和身份证号没有核对上", "请带身份证到县级资助中心核对。"),
    ("begun_electronically", "有人已经电子签名", "请另一位也用手机签；要改用纸，先作废这份合同。"),
    ("signature_broken", "文件里的签名核对不上", "请写明问题，退回重新签。"),
    ("not_half_signed", "没有签了一半的合同", "不用处理。"),
    ("signing_not_over", "签字的期限还没有过", "期限内仍然可以签。"),
    ("already_confirmed", "已经确认过", "不用再确认。"),
    // 县中心
    ("proxy_refused", "不能由别人代办", "请学生和共同借款人本人带身份证到场。"),
    ("both_must_come", "学生和共同借款人都要到场", "缺一个人时先不办，请约好时间一起来。"),
    ("nobody_came", "至少要有一个人到场", "请核对到场的人。"),
    ("not_at_counter", "这份申请不在窗口办理中", "请先登记到场。"),
    ("not_on_the_list", "材料清单里没有这一样", "请刷新页面，按清单打勾。"),
    ("not_overridable", "这一条不能放行", "硬性规定任何人都不能放行。"),
    ("already_overridden", "这一条已经放行过", "不用再操作。"),
    ("reason_missing", "请写明原因", "原因会记录在案，审计可以查到。"),
    ("evidence_missing", "请写明看过什么证明", "例如残疾证、病历、监护关系证明的名称和编号。"),
    ("certification_not_needed", "这名学生不用认定", "续贷和已经预申请的学生免认定。"),
    ("already_certified", "已经认定过", "不用再操作。"),
    ("basis_missing", "请写明认定的依据", "例如低保证号、村委会证明。"),
    ("not_being_handled", "这份申请不在县中心手里", "请刷新页面看最新状态。"),
    ("reason_unknown", "请选一个退回原因", "从列表里选，再写明要补什么。"),
    ("defects_missing", "还没有选是哪一项材料", "在清单里选出缺的、不一致的那几项，学生会照着补。"),
    ("note_missing", "请写明要补正什么", "学生会看到这段话。"),
    ("materials_missing", "材料还没有齐", "请逐项核对并打勾，缺的写明要补。"),
    ("not_accepted", "申请还没有受理", "请先受理，再生成合同。"),
    ("already_generated", "已经有一份有效的合同", "要改就先作废，再重新生成。"),
    ("signed_online", "这份合同在网上签", "网上续贷由学生电子签名。"),
    ("paper_void", "这份纸质合同已经作废，或不是这一份", "请用系统里最新打印的合同。"),
    ("not_read_by_all", "还有人没有确认读过合同", "请两个人都读过并确认，再签字。"),
    ("paper_altered", "合同被涂改，或姓名不一致", "涂改的合同无效，请作废后重新打印。"),
    ("fingerprint_missing", "缺少捺印", "请两个人都按手印。"),
    ("nothing_to_review", "没有要复核的电子合同", "请刷新复核队列。"),
    ("reviewer_accepted", "经办人不能复核自己受理的合同", "请由另一位同事复核。"),
    ("nothing_to_void", "没有可以作废的合同", "学校已经录入回执的，请联系银行。"),
    ("not_a_name", "这不像一个姓名", "请对照身份证填写。"),
    ("contract_not_signed", "合同还没有签好，或还没有复核", "签好、复核后再发受理证明。"),
    ("already_issued", "受理证明已经发过", "可以补打，不用再发。"),
    ("school_not_served", "这所学校还没有接入平台", "请联系省中心开通。"),
    ("account_missing", "支付平台没有开出账户", "请稍后再试；还不行，请联系平台。"),
    ("statement_not_written", "续贷声明还没有写，或已退回给学生", "请等学生提交。"),
    ("school_confirms_first", "学校还没有确认续贷声明", "请等学校先确认。"),
    ("proof_missing", "请写明看过什么证明", "例如证件名称和编号。"),
    // 学校
    ("too_many_wrong_codes", "这一小时输错的次数太多", "请核对受理证明，一小时后再试。"),
    ("papers_not_shown", "请先看过合同和受理证明", "看过后勾选，再录入。"),
    ("code_unknown", "没有找到这个回执校验码", "请对照受理证明再看一遍；不是本校的学生，请到他就读的学校录入。"),
    ("code_used", "这个回执校验码已经用过", "回执已经录入，不用再录。"),
    ("deadline_passed", "录入回执的最后一天已经过了", "请学生联系县级资助中心。"),
    ("tuition_not_an_amount", "欠缴学费应是数字", "没有欠费就填 0。"),
    ("accommodation_not_an_amount", "欠缴住宿费应是数字", "没有欠费就填 0。"),
    // 名单和账号
    ("file_unreadable", "这份文件读不了", "{how}。"),
    ("file_without_rows", "表头下面没有内容", "请填好再上传。"),
    ("training_of_others", "这种培训不由本单位办", "请从列表里选本单位的培训。"),
    ("place_missing", "请写明地点", "例如：教育局 4 楼 401，或班级群的名称。"),
    ("times_wrong", "时间不对", "请写成 09:00 这样，结束要晚于开始。"),
    (
        "training_after_confirmation",
        "资助老师的培训要在毕业确认截止之前",
        "毕业确认到 {confirmation_on} 截止，请排在这一天以前。",
    ),
    ("no_training_season", "当地的规定没有定培训的起止日期", "请一场一场安排。"),
    ("training_season_planned", "这一季的培训已经排好", "要加场次，请单独安排。"),
    ("training_closed", "这场培训已经办结", "办结以后不能再改。"),
    ("attendee_unknown", "名册上没有这个人", "请刷新页面再看。"),
    ("material_missing", "请写明发了什么材料", "填材料的名称。"),
    ("training_materials_missing", "还有 {many} 份材料没有发", "发完登记以后再办结。"),
    ("training_somebody_missing", "还有 {many} 人没有到场", "补训以后登记到场，再办结。"),
    ("training_somebody_does_not_know", "还有 {many} 人说不出何时还款、如何还款", "讲清楚以后登记，再办结。"),
    ("quiz_already_passed", "你已经通过考核", "不用再考，可以直接申请。"),
    ("quiz_on_the_spot", "这个县要求在培训现场答题", "请到培训现场签到，再用手机打开这一页答题。"),
    ("quiz_already_answered", "这份卷子已经交过", "请看结果；没有通过的可以再考一次。"),
    ("roster_still_checking", "还有行没有核对", "请先接着核对。"),
    ("roster_nothing_right", "没有可以导入的行", "请按列出的问题改好文件，再上传。"),
    ("not_found", "没有找到", "请核对这一行填的编号。"),
    ("source_of_others", "这种来源不归本单位审核", "高中档案和县级证明由县资助中心录入，高校证明由就读的高校录入。"),
    ("other_county", "学生的户籍在别的县", "请学生到户籍所在地的县级资助中心办理。"),
    ("pre_application_way_not_known", "当地的规定里没有这种来源", "请看“政策”页面，换一种来源。"),
    ("pre_application_out_of_month", "现在不是录入名单的月份", "当地在 {months} 月录入预申请名单。"),
    ("already_entered", "已经录入过", "不用再录。"),
    ("counts_wrong", "题数不对", "答对的题数不能超过总题数。"),
    ("id_number_wrong", "身份证号不对", "请对照身份证填写。"),
    ("login_taken", "这个登录名已经有人用", "请换一个。"),
    ("login_unfit", "登录名只能用小写字母、数字和点", "请换一个。"),
    ("office_unknown", "没有这个机构", "请从列表里选。"),
    ("oneself", "不能改自己的权限", "请由另一位管理员操作。"),
    ("belongs_apart", "这两个角色不能给同一个人", "系统、安全、审计三种管理员要分开；经办和复核要分开。"),
    ("wrong_office", "这个角色不属于这个机构", "请选与机构相符的角色。"),
    ("password_unfit", "这个密码太容易被猜到", "请换一个 8 位以上、别人猜不到的密码。"),
    ("person_unknown", "没有这个人", "请核对身份证号。"),
    ("session_missing", "没有写明是哪一场", "请填写培训的日期。"),
    ("source_unknown", "没有这个来源", "请从列表里选。"),
    ("nothing_to_change", "没有要改的内容", "现在已经是这样。"),
    ("not_yet", "还没有到时间", "请到时间再操作。"),
    // 银行
    ("not_reviewed", "还没有审查，或者已经办过", "先由经办审查，再由另一个人批准。"),
    ("same_human", "同一个人不能又经办又复核", "请由另一位同事来办；换一个账号也不行。"),
    ("nothing_approved", "没有可以放款的申请", "批准以后再生成批次。"),
    ("already_sent", "批次已经发出，不能移出", "没有放成的会自动留给下一个批次。"),
    ("row_unknown", "批次里没有这一笔", "请刷新页面再看。"),
    ("digest_differs", "批次和你看到的不一样了", "请重新打开批次，看过总数再复核。"),
    ("not_checked", "批次还没有复核", "请由另一个人复核，再发送。"),
    ("already_running", "批次正在发送", "请等一会儿再刷新，不会重复放款。"),
    ("no_platform", "这本账还没有接支付平台", "请联系省中心。"),
    ("not_approved", "这一笔现在不是已批准", "请看申请的最新状态。"),
    ("other_trade", "平台的答复和放款指令不一致", "请联系支付平台核对，不要重发。"),
    ("backwards", "日期只能往后推", "请填今天以后的日子。"),
    ("too_far", "一次推得太远", "请分几次推。"),
    ("already_moving", "日期正在往后推", "请等它走完，再推下一段。"),
    ("sandbox_stays", "演示用的支付平台没有跟上", "请先打开它，再推一次。"),
    ("waiting_for_platform", "{day} 的扣款平台还没有答复", "过一会儿再推，前面的日子已经办完。"),
    ("not_your_turn", "现在不由你办", "请看进度里写的谁在办。"),
    ("not_waiting", "这份申请不在等这一步", "请刷新页面看最新状态。"),
    // 受理、打印
    ("party_missing", "还有人没有到场", "学生和共同借款人都要到场；续贷按规定来。"),
    ("rule_not_overridden", "还有规定没有放行", "请逐条放行，或者退回。"),
    ("not_certified", "还没有做困难认定", "请先认定，再受理。"),
    ("not_ready", "这份申请还不能受理", "请看页面上还差哪一项。"),
    ("statement_not_confirmed", "续贷声明还没有确认", "学校和县中心都确认后才能受理。"),
    ("no_contract", "还没有合同，不能打印", "请先生成合同。"),
    ("no_certificate", "还没有受理证明，不能打印", "请先发受理证明。"),
    // 银行
];

/// The page's form of a refusal.
pub fn refused<R: Refusal>(refusal: &R) -> Refused {
    let figures = refusal.figures();
    let (says, remedy) = sentence(refusal.code());
    let fill = |text: &str| fill(text, &figures);
    Refused { code: refusal.code(), field: refusal.field(), says: fill(says), remedy: fill(remedy), why: refusal.why() }
}

/// What a rule says and what to do, for a rule that is told outside an act.
pub fn told<N: AsRef<str>>(code: &str, figures: &[(N, String)]) -> (String, String) {
    let (says, remedy) = sentence(code);
    (fill(says, figures), fill(remedy, figures))
}

fn sentence(code: &str) -> (&'static str, &'static str) {
    let found = TABLE.iter().find(|(known, _, _)| *known == code);
    found.map_or(
        ("按规定，现在不能办", "请看进度里写的下一步，或者联系县级资助中心。"),
        |(_, says, remedy)| (says, remedy),
    )
}

fn fill<N: AsRef<str>>(text: &str, figures: &[(N, String)]) -> String {
    let put =
        |text: String, (name, value): &(N, String)| text.replace(&format!("{{{}}}", name.as_ref()), &written(value));
    figures.iter().fold(text.to_owned(), put)
}

/// Amounts and days of a figure as people write them.
fn written(value: &str) -> String {
    if let Ok(day) = value.parse::<loan::calendar::Date>() {
        return crate::parts::show::day_text(day);
    }
    match value.parse::<loan::money::Fen>() {
        Ok(amount) if value.contains('.') => crate::parts::show::yuan_brief(amount),
        _ => value.to_owned(),
    }
}

/// What a mistake on a form says. `name` is what the page calls the field.
pub fn mistake(name: &str, mistake: &Mistake) -> String {
    let text = match mistake.code {
        "missing" => format!("请填写{name}"),
        "not_in_the_list" => format!("请从列出的里面选{name}"),
        "too_long" => format!("{name}太长了，最多 {{longest}} 个字"),
        "too_short" => format!("{name}太短了，至少 {{shortest}} 个字，现在是 {{length}} 个字"),
        "unreadable" => format!("{name}里有读不出来的字符，请重新输入"),
        "out_of_range" => format!("{name}应在 {{from}} 到 {{to}} 之间"),
        "not_a_number" => format!("{name}应是整数"),
        "not_an_amount" => format!("{name}应是数字，例如 5800 或 5,800.00"),
        "finer_than_fen" => format!("{name}最多两位小数，到分为止"),
        "too_large" => format!("{name}太大，请再看一遍"),
        "not_a_phone" => format!("{name}应是 11 位手机号，请对照再看一遍"),
        "not_a_name" => format!("{name}和身份证上一致，不要加空格和数字"),
        "beyond_the_programme" => "年级不能超过学制，请核对学制和年级".to_owned(),
        "is_the_student" => "这是学生自己的身份证号，请填共同借款人的".to_owned(),
        "id_number_has_fifteen_digits" => "这是 15 位的旧号码，请填现在用的 18 位".to_owned(),
        "id_number_length" => "身份证号应为 18 位，请对照证件核对".to_owned(),
        "id_number_form" => "身份证号应是 17 位数字，加最后一位数字或字母 X".to_owned(),
        "id_number_area_unknown" => "身份证号前 6 位不是有效的地区码，请对照证件核对".to_owned(),
        "id_number_birth_date" => "身份证号里的出生日期不存在，请核对第 7 到 14 位".to_owned(),
        "id_number_birth_in_future" => "身份证号里的出生日期在未来，请核对第 7 到 14 位".to_owned(),
        "id_number_last_digit" => "身份证号最后一位不对，请对照证件再看一遍".to_owned(),
        "under_fourteen" => "未满 14 岁不能注册，请由监护人带身份证和户口簿到县级资助中心咨询".to_owned(),
        "password_too_short" => "密码至少 8 位".to_owned(),
        "password_too_long" => "密码最多 128 位".to_owned(),
        "password_too_common" => "这个密码太常见，别人一猜就中，请换一个".to_owned(),
        "password_guessable" => "密码不要用姓名、身份证号、手机号里的内容，请换一个".to_owned(),
        _ => format!("{name}不对，请再看一遍"),
    };
    fill(&text, &mistake.figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_every_act_has_a_sentence() {
        let mut missing: Vec<&str> = office::list::acts()
            .iter()
            .flat_map(|act| act.refusals)
            .map(|(code, _)| *code)
            .filter(|code| !TABLE.iter().any(|(known, _, _)| known == code))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        assert!(missing.is_empty(), "no sentence for {missing:?}");
        for (place, (code, _, _)) in TABLE.iter().enumerate() {
            assert!(TABLE[place + 1..].iter().all(|(other, _, _)| other != code), "{code} stands twice");
        }
    }

    #[test]
    fn figures_are_written_as_people_write_them() {
        assert_eq!(fill("最多 {max} 元", &[("max", "20000.00".to_owned())]), "最多 20,000 元");
        assert_eq!(fill("最后一天是 {last_on}", &[("last_on", "2026-10-10".to_owned())]), "最后一天是 2026年10月10日");
        assert_eq!(fill("最少 {min} 年", &[("min", "5".to_owned())]), "最少 5 年");
    }
}
