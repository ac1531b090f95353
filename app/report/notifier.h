#pragma once

#include "app/report/webhook.h"

#include <optional>

namespace drover::report {

/// Where notices go. Comes from the person who runs a plan, never from the plan.
struct NoticeTargets {
    std::optional<QUrl> webhook;
    bool desktop = false;
};
/// An address given by option, else by the variable DROVER_WEBHOOK; neither is none. Usage for one that is not safe.
Result<NoticeTargets> noticeTargets(const QString &webhook, bool desktop);

/// Tells gates, pauses and ends of one run to those who do not watch it.
class Notifier final : public QObject {
    Q_OBJECT

public:
    Notifier(const NoticeTargets &targets, const run::RunStatus &now, QObject *parent = nullptr);

    void look(const run::RunStatus &status);
    /// Nothing is on its way any more.
    bool isIdle() const { return !m_webhook || m_webhook->isIdle(); }

Q_SIGNALS:
    void failed(const QString &sentence);
    void idle();

private:
    run::Notices m_notices;
    std::unique_ptr<Webhook> m_webhook;
    bool m_desktop;
};

} // namespace drover::report
