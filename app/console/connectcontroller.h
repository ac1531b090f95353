#pragma once

#include "app/console/backendthread.h"

namespace drover::ui {
class FirstStartPage;
}

namespace drover::console {

/// From what a person names to a fleet that answers.
class ConnectController final : public QObject {
    Q_OBJECT

public:
    ConnectController(BackendThread &backend, ui::FirstStartPage &page, QString journal, QObject *parent = nullptr);

    void open(const Source &source);

Q_SIGNALS:
    void opening(const drover::console::Source &source);
    void opened(const drover::console::ConnectionFacts &facts);
    /// No connection came about; its page says why.
    void refused();
    /// Connected, but something beside it went wrong.
    void failed(const drover::Error &error);
    /// This profile can be connected again by its name.
    void remembered(const QString &profile);

private:
    void take(const Source &source, const Result<ConnectionFacts> &facts);
    void remember(const Source &source, const ConnectionFacts &facts);

    BackendThread &m_backend;
    ui::FirstStartPage &m_page;
    QString m_journal;
    double m_speed = Source().speed;
    bool m_opening = false;
};

} // namespace drover::console
