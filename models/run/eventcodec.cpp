#include "models/run/eventcodec.h"

#include <QDataStream>
#include <QIODevice>

#include <utility>

using namespace Qt::StringLiterals;

namespace drover::run {
namespace {

/// Version 1 did not say which command was answered, version 2 not who is silent nor what is done without.
constexpr quint8 version = 3;

QDataStream &operator<<(QDataStream &out, const Sighting &s)
{
    out << s.device << static_cast<quint8>(s.registration) << static_cast<quint8>(s.target)
        << static_cast<quint8>(s.source) << static_cast<quint8>(s.twin) << s.code;
    return out << s.note.toUtf8();
}

template <typename E>
void readEnum(QDataStream &in, E &value, E last)
{
    quint8 raw = 0;
    in >> raw;
    if (raw > static_cast<quint8>(last))
        in.setStatus(QDataStream::ReadCorruptData);
    value = static_cast<E>(raw);
}

void readText(QDataStream &in, QString &text)
{
    QByteArray utf8;
    in >> utf8;
    text = QString::fromUtf8(utf8);
}

QDataStream &operator>>(QDataStream &in, Sighting &s)
{
    in >> s.device;
    readEnum(in, s.registration, Sighting::Registration::Astray);
    readEnum(in, s.target, Sighting::Target::Connected);
    readEnum(in, s.source, Sighting::Source::Connected);
    readEnum(in, s.twin, Sighting::Twin::NotKept);
    in >> s.code;
    readText(in, s.note);
    return in;
}

QDataStream &operator<<(QDataStream &out, const TriggerOutcome &e)
{
    return out << e.device << static_cast<quint8>(e.result) << e.status;
}

QDataStream &operator>>(QDataStream &in, TriggerOutcome &e)
{
    in >> e.device;
    readEnum(in, e.result, TriggerResult::NotTold);
    return in >> e.status;
}

template <typename T>
void writeAll(QDataStream &out, const std::vector<T> &items)
{
    out << static_cast<quint32>(items.size());
    for (const T &item : items)
        out << item;
}

/// The count is never believed before as many bytes are there.
template <typename T>
void readAll(QDataStream &in, std::vector<T> &items)
{
    quint32 count = 0;
    in >> count;
    if (count > in.device()->bytesAvailable()) {
        in.setStatus(QDataStream::ReadCorruptData);
        return;
    }
    items.resize(count);
    for (T &item : items)
        in >> item;
}

struct Writer {
    QDataStream &out;

    void operator()(const Started &) const { }
    void operator()(const SnapshotTaken &e) const { out << e.wave << e.withoutTwin; }
    void operator()(const SnapshotFailed &e) const { out << e.why.toUtf8() << e.acceptable; }
    void operator()(const WriteIntended &e) const { writeAll(out, e.steps); }
    void operator()(const WriteOutcome &e) const { out << e.step << static_cast<quint8>(e.result) << e.why.toUtf8() << e.ask; }
    void operator()(const ReadBackDone &e) const { out << e.step << static_cast<quint8>(e.verdict) << e.why.toUtf8() << e.ask; }
    void operator()(const TriggerIntended &e) const { writeAll(out, e.devices); }
    void operator()(const TriggerOutcome &e) const { out << e; }
    void operator()(const Observed &e) const { writeAll(out, e.sightings); }
    void operator()(const Tick &) const { }
    void operator()(const PauseAsked &e) const { out << e.reason.toUtf8(); }
    void operator()(const Resumed &) const { }
    void operator()(const StopAsked &) const { }
    void operator()(const PaceAsked &e) const { out << e.share; }
    void operator()(const RetryAsked &e) const { writeAll(out, e.devices); }
    void operator()(const SkipAsked &e) const { writeAll(out, e.devices); }
    void operator()(const TellingIntended &e) const
    {
        out << static_cast<quint8>(e.kind) << e.batch;
        writeAll(out, e.devices);
    }
    void operator()(const Told &e) const
    {
        out << e.batch;
        writeAll(out, e.outcomes);
    }
    void operator()(const ProbeGiven &e) const { out << e.asked; }
    void operator()(const Shared &e) const { out << e.runs; }
    void operator()(const Sight &e) const { out << e.why.toUtf8() << e.ahead; }
    void operator()(const ProbeAnswered &e) const
    {
        out << e.wave << static_cast<quint8>(e.verdict) << e.evidence.toUtf8();
    }
};

struct Reader {
    QDataStream &in;
    quint8 wrote;

    void readAsk(qint32 &ask) const
    {
        if (wrote > 1)
            in >> ask;
    }

    void operator()(Started &) const { }
    void operator()(SnapshotTaken &e) const
    {
        in >> e.wave;
        if (wrote > 2)
            in >> e.withoutTwin;
    }
    void operator()(SnapshotFailed &e) const
    {
        readText(in, e.why);
        if (wrote > 2)
            in >> e.acceptable;
    }
    void operator()(WriteIntended &e) const { readAll(in, e.steps); }
    void operator()(WriteOutcome &e) const
    {
        in >> e.step;
        readEnum(in, e.result, WriteResult::NotSent);
        readText(in, e.why);
        readAsk(e.ask);
    }
    void operator()(ReadBackDone &e) const
    {
        in >> e.step;
        readEnum(in, e.verdict, ReadVerdict::NoAnswer);
        readText(in, e.why);
        readAsk(e.ask);
    }
    void operator()(TriggerIntended &e) const { readAll(in, e.devices); }
    void operator()(TriggerOutcome &e) const { in >> e; }
    void operator()(Observed &e) const { readAll(in, e.sightings); }
    void operator()(Tick &) const { }
    void operator()(PauseAsked &e) const { readText(in, e.reason); }
    void operator()(Resumed &) const { }
    void operator()(StopAsked &) const { }
    void operator()(PaceAsked &e) const
    {
        in >> e.share;
        // Nothing else than a share is one; a NaN would stop the clock of the pace.
        if (!(e.share > 0 && e.share <= 1))
            in.setStatus(QDataStream::ReadCorruptData);
    }
    void operator()(RetryAsked &e) const { readAll(in, e.devices); }
    void operator()(SkipAsked &e) const { readAll(in, e.devices); }
    void operator()(TellingIntended &e) const
    {
        readEnum(in, e.kind, plan::TriggerKind::Enable);
        in >> e.batch;
        readAll(in, e.devices);
    }
    void operator()(Told &e) const
    {
        in >> e.batch;
        readAll(in, e.outcomes);
    }
    void operator()(ProbeGiven &e) const { in >> e.asked; }
    void operator()(Sight &e) const
    {
        readText(in, e.why);
        if (wrote > 2)
            in >> e.ahead;
    }
    void operator()(Shared &e) const
    {
        in >> e.runs;
        if (e.runs < 1)
            in.setStatus(QDataStream::ReadCorruptData);
    }
    void operator()(ProbeAnswered &e) const
    {
        in >> e.wave;
        readEnum(in, e.verdict, ProbeVerdict::Inconclusive);
        readText(in, e.evidence);
    }
};

/// The alternative of that index, default-made.
template <size_t I = 0>
std::optional<Happening> alternative(size_t index)
{
    if constexpr (I < std::variant_size_v<Happening>) {
        if (index == I)
            return Happening(std::in_place_index<I>);
        return alternative<I + 1>(index);
    }
    return std::nullopt;
}

Failure unreadable()
{
    return fail(ErrorKind::Malformed, u"The journal holds an event that this version of Drover cannot read"_s,
        u"Open it with the version that wrote it, or restore the file from a backup."_s);
}

} // namespace

QByteArray encode(const Event &event)
{
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_0);
    out << version << static_cast<quint8>(event.what.index())
        << static_cast<qint64>(event.at.time_since_epoch().count());
    std::visit(Writer{out}, event.what);
    return bytes;
}

Result<Event> decode(const QByteArray &bytes)
{
    QDataStream in(bytes);
    in.setVersion(QDataStream::Qt_6_0);
    quint8 wrote = 0;
    quint8 kind = 0;
    qint64 at = 0;
    in >> wrote >> kind >> at;
    std::optional<Happening> what = alternative(kind);
    if (in.status() != QDataStream::Ok || wrote == 0 || wrote > version || !what)
        return unreadable();
    std::visit(Reader{in, wrote}, *what);
    if (in.status() != QDataStream::Ok || !in.atEnd())
        return unreadable();
    return Event{.at = Instant(Duration(at)), .what = std::move(*what)};
}

} // namespace drover::run
