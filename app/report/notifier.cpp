#include "app/report/notifier.h"

#include "app/report/desktop.h"

using namespace Qt::StringLiterals;

namespace drover::report {

Result<NoticeTargets> noticeTargets(const QString &webhook, bool desktop)
{
    NoticeTargets targets{.webhook = std::nullopt, .desktop = desktop};
    const QString address = webhook.isEmpty() ? qEnvironmentVariable("DROVER_WEBHOOK") : webhook;
    if (address.isEmpty())
        return targets;
    const Result<QUrl> url = Webhook::parse(address);
    if (!url)
        return Failure(url.error());
    targets.webhook = *url;
    return targets;
}

Notifier::Notifier(const NoticeTargets &targets, const run::RunStatus &now, QObject *parent)
    : QObject(parent)
    , m_notices(now)
    , m_desktop(targets.desktop)
{
    if (!targets.webhook)
        return;
    m_webhook = std::make_unique<Webhook>(*targets.webhook);
    connect(m_webhook.get(), &Webhook::failed, this, &Notifier::failed);
    connect(m_webhook.get(), &Webhook::idle, this, &Notifier::idle);
}

void Notifier::look(const run::RunStatus &status)
{
    for (const run::Notice &notice : m_notices.next(status)) {
        if (m_webhook)
            m_webhook->post(notice);
        if (m_desktop)
            showOnDesktop(notice);
    }
}

} // namespace drover::report
