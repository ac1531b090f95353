#include "app/console/stampnames.h"

namespace drover::console {
namespace {

bool isPartOfHost(const QString &text, qsizetype at)
{
    return at >= 0 && at < text.size() && (text.at(at).isLetterOrNumber() || text.at(at) == u'-');
}

/// A sentence may end with the host and its full stop; "HOST.example" is another host.
bool goesOn(const QString &text, qsizetype end)
{
    return isPartOfHost(text, end) || (end < text.size() && text.at(end) == u'.' && isPartOfHost(text, end + 1));
}

} // namespace

StampNames::StampNames(const fleet::Fleet &fleet)
{
    for (const fleet::Stamp &stamp : fleet.stamps)
        if (!stamp.hub.isNull())
            m_names[stamp.hub.text().toLower()] = stamp.title.isEmpty() ? stamp.name.text() : stamp.title;
}

StampNames::StampNames(std::map<QString, QString> names)
    : m_names(std::move(names))
{
}

QString StampNames::in(const QString &sentence) const
{
    QString text = sentence;
    for (const auto &[host, name] : m_names) {
        qsizetype at = 0;
        while ((at = text.indexOf(host, at, Qt::CaseInsensitive)) >= 0) {
            const bool whole = !isPartOfHost(text, at - 1) && !goesOn(text, at + host.size());
            if (whole)
                text.replace(at, host.size(), name);
            at += whole ? name.size() : host.size();
        }
    }
    return text;
}

run::RunStatus StampNames::in(run::RunStatus status) const
{
    status.reason = in(status.reason);
    status.limitName = in(status.limitName);
    for (run::RunEvent &event : status.events)
        event.sentence = in(event.sentence);
    for (run::WaveStatus &wave : status.waves)
        wave.sentence = in(wave.sentence);
    for (run::FailureCause &failure : status.failures) {
        failure.cause = in(failure.cause);
        failure.remedy = in(failure.remedy);
    }
    for (run::Crossing &crossing : status.crossings) {
        crossing.from = in(crossing.from);
        crossing.to = in(crossing.to);
    }
    return status;
}

} // namespace drover::console
