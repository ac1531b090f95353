#include "app/console/options.h"

#include <QCommandLineParser>

using namespace Qt::StringLiterals;

namespace drover::console {
namespace {

constexpr auto usualScenario = "demo"_L1;

void describe(QCommandLineParser &parser)
{
    parser.setApplicationDescription(u"Moves IoT devices between stamps: drag a device set, read its plan, run it, watch every device arrive.\n"
                                     "--demo (or --demo=small) starts a simulated Azure of its own; nothing real is touched."_s);
    parser.addOptions({
        {u"demo"_s, u"Simulate Azure with SCENARIO: small or demo."_s, u"SCENARIO"_s},
        {u"profile"_s, u"Connect to a fleet that was connected before."_s, u"NAME"_s},
        {u"endpoints"_s, u"Connect to the fleet that FILE describes."_s, u"FILE"_s},
        {u"journal"_s, u"Keep the runs in PLACE: a file, or postgres://PERSON@HOST/DATABASE."_s, u"PLACE"_s},
        {u"speed"_s, u"With --demo: run the simulated clock N times as fast (1 to 3600, 60 unless told)."_s, u"N"_s},
        {u"theme"_s, u"light, dark or system."_s, u"THEME"_s},
        {u"size"_s, u"Size of the window, such as 1280x720."_s, u"WxH"_s},
        {u"resume"_s, u"Take up an interrupted run as soon as the fleet is connected."_s, u"RUN"_s},
        {u"automation"_s, u"For tests and assistive scripts: twice a second, write names, texts and places of what is on the screen to FILE as JSON."_s,
            u"FILE"_s},
    });
    parser.addHelpOption();
    parser.addVersionOption();
}

/// Qt's parser knows no option with a value that may be left out.
QStringList withScenario(QStringList arguments)
{
    for (QString &argument : arguments)
        if (argument == "--demo"_L1)
            argument += u'=' + usualScenario;
    return arguments;
}

Result<ui::Theme> themeOf(const QString &name)
{
    if (name == "light"_L1)
        return ui::Theme::Light;
    if (name == "dark"_L1)
        return ui::Theme::Dark;
    if (name == "system"_L1)
        return ui::Theme::System;
    return fail(ErrorKind::Usage, u"\"%1\" is no theme."_s.arg(name), u"Use light, dark or system."_s);
}

Result<QSize> sizeOf(const QString &text)
{
    const qsizetype cross = text.indexOf(u'x');
    bool wideOk = false;
    bool highOk = false;
    const QSize size(text.left(cross).toInt(&wideOk), text.mid(cross + 1).toInt(&highOk));
    if (cross < 0 || !wideOk || !highOk || size.width() < 320 || size.height() < 240 || size.width() > 16384 || size.height() > 16384)
        return fail(ErrorKind::Usage, u"\"%1\" is no size of a window."_s.arg(text), u"Write it like 1280x720."_s);
    return size;
}

Result<double> speedOf(const QString &text)
{
    bool ok = false;
    const double speed = text.toDouble(&ok);
    if (!ok || speed < 1 || speed > 3600)
        return fail(ErrorKind::Usage, u"\"%1\" is no speed."_s.arg(text), u"Use a number from 1 to 3600."_s);
    return speed;
}

Result<Source> sourceOf(const QCommandLineParser &parser)
{
    Source source;
    source.scenario = parser.value(u"demo"_s);
    source.endpoints = parser.value(u"endpoints"_s);
    source.profile = parser.value(u"profile"_s);
    if (parser.isSet(u"demo"_s) + parser.isSet(u"endpoints"_s) + parser.isSet(u"profile"_s) > 1)
        return fail(ErrorKind::Usage, u"--demo, --endpoints and --profile each name a fleet."_s, u"Give one of them."_s);
    if (parser.isSet(u"speed"_s)) {
        const Result<double> speed = speedOf(parser.value(u"speed"_s));
        if (!speed)
            return Failure(speed.error());
        source.speed = *speed;
    }
    return source;
}

Result<void> readLooks(const QCommandLineParser &parser, Options *options)
{
    if (parser.isSet(u"theme"_s)) {
        const Result<ui::Theme> theme = themeOf(parser.value(u"theme"_s));
        if (!theme)
            return Failure(theme.error());
        options->theme = *theme;
    }
    if (parser.isSet(u"size"_s)) {
        const Result<QSize> size = sizeOf(parser.value(u"size"_s));
        if (!size)
            return Failure(size.error());
        options->size = *size;
    }
    return {};
}

} // namespace

Result<Options> parseOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    describe(parser);
    if (!parser.parse(withScenario(arguments)))
        return fail(ErrorKind::Usage, parser.errorText(), u"\"drover --help\" tells what there is."_s);
    if (parser.isSet(u"help"_s))
        parser.showHelp();
    if (parser.isSet(u"version"_s))
        parser.showVersion();
    if (!parser.positionalArguments().isEmpty())
        return fail(ErrorKind::Usage, u"\"%1\" is not an option."_s.arg(parser.positionalArguments().first()),
            u"\"drover --help\" tells what there is."_s);

    Options options;
    const Result<Source> source = sourceOf(parser);
    if (!source)
        return Failure(source.error());
    options.source = *source;
    options.journal = parser.value(u"journal"_s);
    options.resume = parser.value(u"resume"_s);
    options.automation = parser.value(u"automation"_s);
    const Result<void> looks = readLooks(parser, &options);
    if (!looks)
        return Failure(looks.error());
    return options;
}

} // namespace drover::console
