#include "app/report/desktop.h"

#include <QDBusConnection>
#include <QDBusMessage>

using namespace Qt::StringLiterals;

namespace drover::report {
namespace {

enum class Urgency : uchar { Low, Normal, Critical };

Urgency urgencyOf(run::Notice::Kind kind)
{
    switch (kind) {
    case run::Notice::Kind::GatePassed:
        return Urgency::Low;
    case run::Notice::Kind::Finished:
    case run::Notice::Kind::Stopped:
        return Urgency::Normal;
    case run::Notice::Kind::GateFailed:
    case run::Notice::Kind::GateInconclusive:
    case run::Notice::Kind::Paused:
    case run::Notice::Kind::Failed:
        break;
    }
    return Urgency::Critical;
}

} // namespace

void showOnDesktop(const run::Notice &notice)
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    QDBusMessage call = QDBusMessage::createMethodCall(u"org.freedesktop.Notifications"_s, u"/org/freedesktop/Notifications"_s,
        u"org.freedesktop.Notifications"_s, u"Notify"_s);
    constexpr uint replacesNone = 0;
    constexpr int untilTheDesktopSays = -1;
    const QVariantMap hints{{u"urgency"_s, QVariant::fromValue(static_cast<uchar>(urgencyOf(notice.kind)))},
        {u"desktop-entry"_s, u"drover"_s}};
    // Desktops read the body as markup.
    call.setArguments({u"Drover"_s, replacesNone, u"drover"_s, u"Run %1: %2"_s.arg(notice.run, notice.title),
        notice.sentence.toHtmlEscaped(), QStringList(), hints, untilTheDesktopSays});
    bus.send(call);
}

} // namespace drover::report
