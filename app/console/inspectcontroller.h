#pragma once

#include "app/console/backendthread.h"

namespace drover::ui {
class InspectPage;
}

namespace drover::console {

/// Answers the inspect page's one box.
class InspectController final : public QObject {
    Q_OBJECT

public:
    InspectController(BackendThread &backend, ui::InspectPage &page, QObject *parent = nullptr);

    /// Groups, parts of names and letter case are known once the fleet is; until then a question waits for it.
    void setFleetKnown(bool known);

private:
    void inspect(const QString &text);
    void take(const QString &text, const Result<engine::Inspection> &seen);

    BackendThread &m_backend;
    ui::InspectPage &m_page;
    bool m_fleetKnown = false;
    QString m_waiting;
    quint64 m_question = 0;
};

} // namespace drover::console
