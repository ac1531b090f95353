#include "app/console/runnotices.h"

#include "app/report/desktop.h"

using namespace Qt::StringLiterals;

namespace drover::console {

RunNotices::RunNotices(QWidget *window, QObject *parent)
    : QObject(parent)
    , m_window(window)
{
}

void RunNotices::look(const run::RunStatus &status)
{
    if (status.id != m_run) {
        m_run = status.id;
        m_desktop = std::make_unique<run::Notices>(status);
        const Result<report::NoticeTargets> targets = report::noticeTargets({}, false);
        m_webhook = std::make_unique<report::Notifier>(targets.value_or(report::NoticeTargets()), status);
        connect(m_webhook.get(), &report::Notifier::failed, this, [this](const QString &sentence) {
            Q_EMIT failed({.kind = ErrorKind::Offline, .what = sentence, .remedy = tr("The run goes on all the same.")});
        });
        if (!targets)
            Q_EMIT failed(targets.error());
        return;
    }
    m_webhook->look(status);
    for (const run::Notice &notice : m_desktop->next(status)) {
        if (!m_window->isActiveWindow())
            report::showOnDesktop(notice);
    }
}

} // namespace drover::console
