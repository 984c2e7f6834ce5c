# SPDX-License-Identifier: MIT
# What `cmake --install` puts down, so that `find_package(Tutti)` works in a project of one's own.
include(CMakePackageConfigHelpers)
set(TUTTI_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Tutti)

# the headers are C++20, and whoever includes them has to be told
target_compile_features(tutti PUBLIC cxx_std_20)

install(TARGETS tutti EXPORT TuttiTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/libtutti/include/tutti
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
install(FILES ${PROJECT_SOURCE_DIR}/libtutti/include/tutti.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/libtutti/python/tutti
        DESTINATION lib/tutti/python FILES_MATCHING PATTERN "*.py")
install(FILES ${PROJECT_BINARY_DIR}/libtutti/include/tutti/version.hpp
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tutti)
install(FILES ${PROJECT_SOURCE_DIR}/libtutti/schema/control.capnp
        DESTINATION ${CMAKE_INSTALL_DATADIR}/tutti)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/cli/templates DESTINATION lib/tutti)
# a build can be used as it lies, too
export(EXPORT TuttiTargets NAMESPACE Tutti:: FILE ${PROJECT_BINARY_DIR}/TuttiTargets.cmake)
install(EXPORT TuttiTargets NAMESPACE Tutti:: DESTINATION ${TUTTI_CMAKE_DIR})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/TuttiConfig.cmake.in
  ${PROJECT_BINARY_DIR}/TuttiConfig.cmake INSTALL_DESTINATION ${TUTTI_CMAKE_DIR})
# before 1.0 every minor version may break
write_basic_package_version_file(${PROJECT_BINARY_DIR}/TuttiConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/TuttiConfig.cmake
              ${PROJECT_BINARY_DIR}/TuttiConfigVersion.cmake
        DESTINATION ${TUTTI_CMAKE_DIR})
